/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPairingLink: one link that pairs one device, and its row in the store. Private to the room: a
 * plain value, and pieces of work for the store's thread.
 */
#pragma once

#include "device.h"
#include "pairing-proof.h"
#include "store.h"

typedef enum {
  BH_PAIRING_LINK_OPEN,    /* -> USED with the commit of its device, -> EXPIRED in time */
  BH_PAIRING_LINK_USED,    /* the same key still gets its answer again */
  BH_PAIRING_LINK_EXPIRED, /* its secret is gone */
} BhPairingLinkState;

typedef struct {
  char *link_id;
  guint8 secret[BH_PAIRING_SECRET_BYTES];
  BhRole role;
  char *name;
  char *made_by;     /* (nullable): a manager's device; %NULL: the hub's owner */
  gint64 expires_ms; /* UTC */
  gint64 used_ms;    /* UTC; 0: it is not */
  BhPairingLinkState state;
  gint64 deadline_ms; /* of the clock that runs on: when it expires, or is forgotten */
  guint in_flight;    /* commits under way: it does not expire meanwhile */
} BhPairingLink;

/** bh_pairing_link_new: with a fresh secret. @made_by: (nullable) */
BhPairingLink *bh_pairing_link_new(BhRole role, const char *name, const char *made_by,
                                   gint64 expires_ms);

/** bh_pairing_link_free: wipes the secret. */
void bh_pairing_link_free(BhPairingLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhPairingLink, bh_pairing_link_free)

/** bh_pairing_link_run_insert: @link: a copy that the store owns */
gboolean bh_pairing_link_run_insert(sqlite3 *db, gpointer link, GError **error);
BhPairingLink *bh_pairing_link_copy(const BhPairingLink *link);

/** bh_pairing_link_run_load: @links: (element-type BhPairingLink): filled; state is not */
gboolean bh_pairing_link_run_load(sqlite3 *db, gpointer links, GError **error);

/*
 * bh_pairing_link_run_pair: uses the link up and keeps the device, both or neither. Whoever comes
 * second, also in the same group of commits, finds the first one's device.
 */
typedef struct {
  char *link_id;
  BhDevice *device; /* to be kept */
  gint64 now_ms;
  BhDevice *before; /* (out) (nullable): by the same link and key, kept before */
} BhPairingUse;

void bh_pairing_use_free(BhPairingUse *use);
gboolean bh_pairing_link_run_pair(sqlite3 *db, gpointer use, GError **error);

/* bh_pairing_link_run_tidy: */
typedef struct {
  GPtrArray *expired;      /* of char*: link ids whose secret goes */
  gint64 forget_before_ms; /* UTC: what was over before goes altogether */
} BhPairingTidy;

BhPairingTidy *bh_pairing_tidy_new(gint64 forget_before_ms);
void bh_pairing_tidy_free(BhPairingTidy *tidy);
gboolean bh_pairing_link_run_tidy(sqlite3 *db, gpointer tidy, GError **error);

/** bh_pairing_link_run_restored: of a database that comes from a backup: what was open then may
 * have been used since, and is over. @data: %NULL */
gboolean bh_pairing_link_run_restored(sqlite3 *db, gpointer data, GError **error);
