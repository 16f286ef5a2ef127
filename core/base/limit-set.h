/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLimitSet: every cap that a person may move, by name, with its range and default.
 *
 * A plain value, copied freely. The table in limit-set.c is the only place where a name, a range or
 * a default stands; `bellhop --limit NAME=VALUE` and the README speak from it.
 */
#pragma once

#include <glib.h>

typedef enum {
  BH_LIMIT_MESSAGE_BYTES,         /* one signaling message, whole (protocol section 2) */
  BH_LIMIT_PEERS,                 /* peers of one tenant */
  BH_LIMIT_TENANTS,               /* rooms at a time */
  BH_LIMIT_CONNECTIONS,           /* WebSockets, joined or not */
  BH_LIMIT_ADDRESS_CONNECTIONS,   /* of one address, HTTP and WebSockets together */
  BH_LIMIT_QUEUED_BYTES,          /* waiting towards one peer that reads slowly */
  BH_LIMIT_MESSAGES_PER_SECOND,   /* from one peer, sustained */
  BH_LIMIT_MESSAGE_BURST,         /* from one peer, at once */
  BH_LIMIT_RESUME_SECONDS,        /* how long a lost peer's place is kept */
  BH_LIMIT_CHANNEL_MESSAGE_BYTES, /* one data-channel message, either way */
  BH_LIMIT_CHANNEL_QUEUED_BYTES,  /* waiting on one data channel, or in parts by relay */
  BH_LIMIT_CHANNELS,              /* data channels of one connection */
  BH_LIMIT_PEER_CONNECTIONS,      /* WebRTC connections of the hub */
  BH_LIMIT_PAIRING_SECONDS,       /* how long a pairing link is good for */
  BH_LIMIT_PRINT_JOBS,            /* waiting for one printer */
  BH_LIMIT_PRINT_JOB_BYTES,       /* one job's bytes as sent to the printer */
  BH_LIMIT_PRINT_KEPT_BYTES,      /* contents of all jobs that have ended, for a reprint */
  BH_LIMIT_UNSEEN_MS,             /* before a ticket that no screen showed is printed; 0: as set */
  BH_LIMIT_SCREEN_MS,             /* before a kitchen screen that says nothing counts as silent */
  BH_LIMIT_PICTURES,              /* kept of the menu */
  BH_LIMIT_PICTURES_BYTES,        /* of these together */
  BH_LIMIT_BACKUP_SECONDS,        /* from the start to a backup that is due */
  BH_N_LIMITS
} BhLimit;

typedef struct {
  guint64 values[BH_N_LIMITS];
} BhLimitSet;

#define BH_LIMIT_ERROR (bh_limit_error_quark())

typedef enum {
  BH_LIMIT_ERROR_NAME,  /* there is no such limit */
  BH_LIMIT_ERROR_VALUE, /* not a whole number in the limit's range */
} BhLimitError;

GQuark bh_limit_error_quark(void);

/** bh_limit_set_init: every limit at its default. */
void bh_limit_set_init(BhLimitSet *limits);

/** bh_limit_set_get: */
guint64 bh_limit_set_get(const BhLimitSet *limits, BhLimit limit);

/** bh_limit_set_put: @value must be within the limit's range. */
void bh_limit_set_put(BhLimitSet *limits, BhLimit limit, guint64 value);

/**
 * bh_limit_set_parse:
 * @assignment: "NAME=VALUE"
 *
 * Returns: %FALSE exactly when @error is set; it then names the range or the known names
 */
gboolean bh_limit_set_parse(BhLimitSet *limits, const char *assignment, GError **error);

/**
 * bh_limit_describe:
 *
 * Returns: (transfer full): a line for each limit: name, default, range, what it caps
 */
char *bh_limit_describe(void);
