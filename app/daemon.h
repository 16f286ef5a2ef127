/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon: the hub without a display, until it is told to stop.
 */
#pragma once

#include "settings.h"

/**
 * bh_daemon_run:
 * @settings: (transfer full)
 * @attended: whether a person started it and reads what it prints: then, unless the hub is open,
 *   that includes a one-time link that pairs a manager. Otherwise it holds no secret
 *
 * Prints where to find it once it serves. Ends on SIGTERM, SIGINT and SIGHUP.
 *
 * Returns: the program's exit status
 */
int bh_daemon_run(BhSettings *settings, gboolean attended);
