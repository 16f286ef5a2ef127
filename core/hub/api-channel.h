/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api-channel: the API by messages, for pages: where HTTP is plain, a token would be read by
 * others, while a channel and a sealed relay are the device's own.
 *
 *   {"type": "api", "id", "method", "path", "body"?}  ->  {"type": "api-answer", "ref", "status",
 * "body"}
 */
#pragma once

#include "hub-state.h"
#include "router.h"

/** bh_api_channel_add: adds `api` to @router; @api and @state must outlive it. */
void bh_api_channel_add(BhApi *api, BhRouter *router, BhHubState *state);
