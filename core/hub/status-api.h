/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status-api: how the hub is:
 *
 *   GET /healthz        "ok" while the hub serves; public
 *   GET /api/v1/hello   what a page must know of the hub before it is paired; public
 *   GET /api/v1/status  counters
 *   GET /metrics        the same, Prometheus text format
 */
#pragma once

#include "hub-state.h"

/** bh_status_api_add: @state must outlive @api. */
void bh_status_api_add(BhApi *api, BhHubState *state);
