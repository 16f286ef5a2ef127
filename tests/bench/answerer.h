/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answerer: the second process of bench-channel. It answers every offer and serves the labels
 * `echo` (messages come back) and `sink` (counted; the text `end` is answered with `done`).
 */
#pragma once

#include "partner.h"

/** answerer_run: until the other process ends. */
void answerer_run(BenchPartner *parent);
