/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert-api: the routes by which the front desk reads alerts and puts them away.
 *
 *   GET /api/v1/alerts           who may hear alerts: {alerts[]}, see bh_alert_desk_describe()
 *   POST /api/v1/alerts/dismiss  the same: {alertId} -> {}, also where it was put away before; 503
 *                                `not-stored`: it is there still. In the audit log:
 *                                `alert-dismissed`
 */
#pragma once

#include "hub-state.h"

/** bh_alert_api_add: @state: outlives @api; its alerts are there */
void bh_alert_api_add(BhApi *api, BhHubState *state);
