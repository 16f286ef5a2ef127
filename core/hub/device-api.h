/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device-api: the property's devices, for its managers:
 *
 *   GET  /api/v1/devices         {devices[]}
 *   POST /api/v1/devices/rename  {deviceId, name}
 *   POST /api/v1/devices/role    {deviceId, role}
 *   POST /api/v1/devices/revoke  {deviceId}
 *   POST /api/v1/tokens          {role, name}: {deviceId, token}, for a program of an integrator
 *   GET  /api/v1/audit           {entries[]}; ?limit=N
 *
 * The last manager stays one, unless the hub's owner says otherwise at the computer itself.
 */
#pragma once

#include "hub-state.h"

/** bh_device_api_add: @state must outlive @api. */
void bh_device_api_add(BhApi *api, BhHubState *state);

/**
 * bh_device_api_get_role: the body's `role`, one that a device can have. Otherwise the call has
 * been answered.
 *
 * Returns: BH_ROLE_NONE: the call is gone
 */
BhRole bh_device_api_get_role(BhApiCall *call);

/**
 * bh_device_api_dup_name: the body's `name`, cleaned. Otherwise the call has been answered.
 *
 * Returns: (transfer full) (nullable): %NULL: the call is gone
 */
char *bh_device_api_dup_name(BhApiCall *call);
