/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhVisitors: whether other devices reach a hub by its own networks, as the hub says to its cloud:
 * `hasVisitors` (protocol section 2), true, false or not said.
 */
#pragma once

typedef enum {
  BH_VISITORS_UNKNOWN, /* it has not been up for long, or the last one was long ago */
  BH_VISITORS_NONE,    /* nobody ever since it started */
  BH_VISITORS_SOME,
} BhVisitors;
