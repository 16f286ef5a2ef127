/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings-api: `GET` and `POST /api/v1/settings`: how the hub is set up, for its owner.
 *
 * Both answer `{settings, running, fixed, restart}`:
 *   settings  what the next start takes: `name`, `port`, `httpsPort` (0: any), `cloud` (a list of
 *             addresses), `discovery`, `greengrass`, and, null where nobody chose one, `listen`,
 *             `tlsCertificate`, `tlsKey`, `cloudCa`
 *   running   the same as the hub runs now, the ports as they are
 *   fixed     names of those that the command line decides; nothing here changes them
 *   restart   names of those that differ and count from the next start on
 *
 * The POST takes any of them; null is the default. All are taken or none: 400 `bad-setting` says in
 * words why not, with `setting` where it is one; 409 `fixed`; 409 `unreadable`: settings.ini cannot
 * be used as it stands, or not be written.
 */
#pragma once

#include "hub-state.h"
#include "settings-file.h"

void bh_settings_api_add(BhApi *api, BhHubState *state);

/**
 * bh_settings_api_fail: answers @call with why settings could not be changed.
 * @error: of bh_settings_change_finish()
 */
void bh_settings_api_fail(BhApiCall *call, const GError *error);
