/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diagnostic-channel: what the hub does on channels labelled `echo` and `sink` (protocol section
 * 3).
 *
 * `echo` returns every message as it came; while its own queue is full it stops reading. `sink`
 * counts bytes and answers the text `end` with `done N`.
 */
#pragma once

#include "data-channel.h"

/** bh_diagnostic_channel_serves: whether @label is one of them. */
gboolean bh_diagnostic_channel_serves(const char *label);

/** bh_diagnostic_channel_attach: serves @channel until it closes. */
void bh_diagnostic_channel_attach(BhDataChannel *channel);
