/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim-check: the hub's documents are few, and the same for all replicas of a run and all their lives:
 * each is checked once, known by key, signature and bytes.
 */
#pragma once

#include <glib.h>

/** sim_check_once: @is_on: %FALSE, as at first: every check is made, and nothing is known any more */
void sim_check_once(gboolean is_on);
