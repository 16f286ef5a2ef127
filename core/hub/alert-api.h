/* SPDX-License-Identifier: Apache-2.0 */
/* alert-api: the routes by which the front desk reads alerts and puts them away. */
#pragma once

#include "hub-state.h"

void bh_alert_api_add(BhApi *api, BhHubState *state);
