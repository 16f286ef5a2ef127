/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud-daemon: the cloud side, until it is told to stop.
 */
#pragma once

#include "settings.h"

/**
 * bh_cloud_daemon_run:
 * @settings: (transfer none): of these the addresses, the certificate, the name and the limits
 *
 * Prints where to find it once it serves. Ends on SIGTERM, SIGINT and SIGHUP.
 *
 * Returns: the program's exit status
 */
int bh_cloud_daemon_run(const BhSettings *settings);
