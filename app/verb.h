/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhVerb: something that a person tells a hub that runs already, by a word on the command line:
 * `bellhop pair --role staff`. One table of them all is in verb.c.
 */
#pragma once

#include <glib.h>

#include "verb-line.h"

struct _BhVerb {
  const char *name;
  const char *words;   /* (nullable): what follows it, for its help; translated when shown */
  const char *meaning; /* one line; translated when shown */
  BhVerbOptions options;
  guint min_words, max_words;
  /* Prints what came of it. %FALSE where it went wrong: @error is then G_OPTION_ERROR for what the
   * person wrote, anything else for what the hub says; or not set: all has been said. */
  gboolean (*run)(BhVerbLine *line, GError **error);
};

/**
 * bh_verb_find: where in the command line a verb stands.
 *
 * Before it may stand only what every verb takes: --state and --json.
 *
 * Returns: its index, also of a word that is no verb; 0: there is none, it is a hub's command line
 */
int bh_verb_find(int argc, char **argv);

/**
 * bh_verb_run:
 * @at: of bh_verb_find()
 *
 * Ends the program for --help, as GOption does.
 *
 * Returns: the program's exit status: 0 done, 1 the hub says no or does not run, 2 not understood
 */
int bh_verb_run(int argc, char **argv, int at);

/** bh_verb_describe: Returns: (transfer full): the list for the program's help, a line each */
char *bh_verb_describe(void);
