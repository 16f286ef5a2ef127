/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhOptions: what the command line asks for, over what settings.ini says.
 */
#pragma once

#include "settings.h"

typedef struct {
  BhSettings *settings; /* complete and checked */
  gboolean daemon;      /* no window, also where there is a display */
  gboolean background;  /* no window before it is asked for */
  char *page;           /* (nullable): of the window, to open it on */
  gboolean cloud;       /* to be a cloud, and no hub */
  gboolean show_version;
} BhOptions;

/**
 * bh_options_parse: ends the program for --help, as GOption does.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set, in words for a person
 */
BhOptions *bh_options_parse(int *argc, char ***argv, GError **error);

void bh_options_free(BhOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhOptions, bh_options_free)
