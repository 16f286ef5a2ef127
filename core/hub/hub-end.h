/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hub-end: the end of a program that had a hub. A hub that stops waits for no worker; the program
 * waits for them behind its main loop, when nobody is kept waiting by that: a worker that ends with
 * the process leaves its files where they are.
 *
 * On the default main context.
 */
#pragma once

#include <glib.h>

/** bh_hub_end_hold: a worker has begun what leaves files lying about where it is cut short, and
 * what ends soon after it was broken off. Each has its bh_hub_end_release(). */
void bh_hub_end_hold(void);
void bh_hub_end_release(void);

/** bh_hub_end_drain: behind the main loop, after bh_hub_stop(): completions of what was under way
 * still arrive, nothing new begins. Who holds the end is waited for, two seconds at most. */
void bh_hub_end_drain(void);
