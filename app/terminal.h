/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terminal: what a person sits at, where there is one.
 */
#pragma once

#include <glib.h>

/* Longest secret read, in bytes. */
#define BH_TERMINAL_MAX_SECRET_BYTES 256

/** bh_terminal_has_colours: whether the output goes to a terminal that knows ANSI sequences. */
gboolean bh_terminal_has_colours(void);

/** bh_terminal_is_output: whether a person reads the output as it comes. */
gboolean bh_terminal_is_output(void);

/** bh_terminal_is_error: whether a person reads what goes wrong. */
gboolean bh_terminal_is_error(void);

/** bh_terminal_is_input: whether a person types the input. */
gboolean bh_terminal_is_input(void);

/**
 * bh_terminal_read_secret:
 * @prompt: shown to the person, where one types
 *
 * One line of the input, not shown while it is typed. Blocks.
 *
 * Returns: (transfer full) (nullable): without its line end; %NULL exactly when @error is set
 *   (G_IO_ERROR)
 */
char *bh_terminal_read_secret(const char *prompt, GError **error);
