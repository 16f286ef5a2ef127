/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printer-api: printers as people add and change them:
 *
 *   GET  /api/v1/printers         as bh_print_queue_describe_printers(); addresses for managers
 *   GET  /api/v1/printers/found   as bh_printer_finder_find_finish(); takes some seconds
 *   POST /api/v1/printers/add     {label, address, name?}: 201 {name, label}
 *   POST /api/v1/printers/rename  {name, label}: {name, label}; the name stays
 *   POST /api/v1/printers/remove  {name, jobs?: "cancel" or "move", to?}: {jobs: how many}; where
 *                                 jobs wait and nothing is said of them: 409 `jobs-wait`
 *   POST /api/v1/printers/test    {name}: 201 {jobId, deviceId, state}: the job is in /jobs
 */
#pragma once

#include "hub-state.h"

/** bh_printer_api_add: @state must outlive @api. */
void bh_printer_api_add(BhApi *api, BhHubState *state);
