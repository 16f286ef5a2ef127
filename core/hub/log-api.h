/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log-api: the log by HTTP and `api` messages, for those who do not replicate.
 *
 *   GET  /api/v1/orders                  those that are not closed, or left over, the newest last
 *   GET  /api/v1/orders?orderId=         one, closed or not
 *   POST /api/v1/orders {id, order}      the command `order` (protocol section 3)
 *   GET  /api/v1/menu
 *   GET  /api/v1/operations/aside        what was set aside, the newest first
 *   POST /api/v1/operations/admit        what is here of a device that was cut off counts after all
 *   GET  /api/v1/operations/conflicts    identities that were used more than once
 */
#pragma once

#include "api.h"
#include "hub-state.h"

/* Orders, and entries of what is aside, in one answer; `more` says that there are others. */
#define BH_LOG_API_MAX_LISTED 500

/** bh_log_api_add: adds its routes. @state: with property, commands and counts; outlives @api */
void bh_log_api_add(BhApi *api, BhHubState *state);
