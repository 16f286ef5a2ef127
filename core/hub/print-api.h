/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print-api: printing by the API, for programs that keep no connection:
 *
 *   GET  /api/v1/jobs          print jobs, the uncertain first, then newest first; ?limit=N
 *   POST /api/v1/jobs          {printJob, deviceId?}: 201 once it is on the disk
 *   POST /api/v1/jobs/reprint  {jobId, deviceId?, printer?}: 202
 *   POST /api/v1/jobs/retry    {jobId, deviceId?, printer?}: 202 {state, reprint}: what waits is tried
 *                              at once, anything else is printed again and says so on the paper
 *   POST /api/v1/jobs/cancel   {jobId, deviceId?}: {state}: what waits, or is in doubt, is over
 *   GET  /api/v1/paper         what the built-in printer printed
 *
 * A job belongs to the device that hands it in; only the hub's owner may name another.
 */
#pragma once

#include "hub-state.h"

/** bh_print_api_add: @state must outlive @api. */
void bh_print_api_add(BhApi *api, BhHubState *state);

/** bh_print_api_fail: answers @call with what the queue said. */
void bh_print_api_fail(BhApiCall *call, const GError *error);
