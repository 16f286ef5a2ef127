/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhVerbLine: the command line of one verb, understood, and its calls to the hub.
 */
#pragma once

#include "control-client.h"
#include "settings.h"

typedef struct _BhVerb BhVerb;

/* Beside --state and --json, which every verb takes. */
typedef enum {
  BH_VERB_ROLE = 1 << 0,    /* --role, which must be given */
  BH_VERB_NAME = 1 << 1,    /* --name */
  BH_VERB_WAIT = 1 << 2,    /* --wait */
  BH_VERB_LIMIT = 1 << 3,   /* --limit */
  BH_VERB_PRINTER = 1 << 4, /* --printer */
  BH_VERB_JOBS = 1 << 5,    /* --to, --cancel: one of them at most */
  BH_VERB_TO = 1 << 6,      /* --to */
} BhVerbOptions;

typedef struct {
  const BhVerb *verb;
  char *state_folder;
  gboolean json;
  char *role;    /* (nullable): one that devices have */
  char *name;    /* (nullable): */
  char *printer; /* (nullable): as a person calls it */
  char *to;      /* (nullable): a printer too, or a folder */
  gboolean cancel;
  gboolean wait;
  int limit;
  char **words;         /* what follows the verb, as many as it takes */
  BhSettings *settings; /* of the state folder, all defaults but for that */
  BhControlClient *client;
} BhVerbLine;

/**
 * bh_verb_line_new: ends the program for --help.
 * @argv: the program's name, then what is to be understood, without the verb
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set (G_OPTION_ERROR)
 */
BhVerbLine *bh_verb_line_new(const BhVerb *verb, int argc, char **argv, GError **error);
void bh_verb_line_free(BhVerbLine *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhVerbLine, bh_verb_line_free)

/** bh_verb_line_check_role: %FALSE exactly when @error is set: no device has such a role. */
gboolean bh_verb_line_check_role(const char *role, GError **error);

/** bh_verb_line_refuse: sets @error to words of which @word is the one that is not understood. */
gboolean bh_verb_line_refuse(const char *word, GError **error);

/**
 * bh_verb_line_get: asks the hub and waits. @path: below "/api/v1/"
 *
 * Returns: (transfer full) (nullable): an object or an array; %NULL exactly when @error is set
 */
json_t *bh_verb_line_get(BhVerbLine *line, const char *path, GError **error);

/** bh_verb_line_post: the same. @body: (transfer full): */
json_t *bh_verb_line_post(BhVerbLine *line, const char *path, json_t *body, GError **error);

/**
 * bh_verb_line_show_json: with --json prints @answer as one line.
 *
 * Returns: whether that was all to be shown
 */
gboolean bh_verb_line_show_json(BhVerbLine *line, const json_t *answer);

/**
 * bh_verb_line_say: prints one line about what was done; with --json @answer.
 * @format: takes @subject, which may be foreign words, as its only "%s"
 */
void bh_verb_line_say(BhVerbLine *line, const json_t *answer, const char *format,
                      const char *subject);

/** bh_verb_text: Returns: (transfer none): a member of an answer; "" where it is no string */
const char *bh_verb_text(const json_t *object, const char *name);

/** bh_verb_number: Returns: a member of an answer; 0 where it is no number */
gint64 bh_verb_number(const json_t *object, const char *name);

/** bh_verb_describe_time: @time_ms: UTC. Returns: (transfer full): date and minute, as the clock of
 * this computer shows them */
char *bh_verb_describe_time(gint64 time_ms);
