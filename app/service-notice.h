/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service-notice: what the program tells whoever started it as a service: that it serves, that it
 * ends, that its loop still turns. One implementation a platform: systemd's sd_notify protocol, a
 * datagram to $NOTIFY_SOCKET. Where nobody listens, nothing happens.
 */
#pragma once

#include <glib.h>

/**
 * bh_service_notice_ready: it serves from now on.
 * @words: for who looks at the service
 *
 * Where a watchdog is asked for it is fed from here on by the default main context, twice in its
 * time: a loop that hangs is a hub that hangs.
 */
void bh_service_notice_ready(const char *words);

/** bh_service_notice_stopping: it ends now. May be called twice, and without having been ready. */
void bh_service_notice_stopping(void);
