/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stop-signal: how the system tells a program to end: signals on Unix, console events on Windows.
 */
#pragma once

#include <glib.h>

/**
 * bh_stop_signal_watch: calls @stop on the main loop each time the program is told to end. A second
 * telling while @stop is still at work ends the program at once. What a terminal sends and the
 * program was started to ignore stays ignored.
 */
void bh_stop_signal_watch(void (*stop)(gpointer user_data), gpointer user_data);
