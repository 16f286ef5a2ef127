/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view-server-private: what the two files of BhViewServer share: view-server.c looks at changes and
 * tells followers, view-follower.c is one of them: its rights, its cursor, what it is sent.
 */
#pragma once

#include "snapshot-sender.h"
#include "view-index.h"
#include "view-server.h"

struct _BhViewFollower {
  grefcount refs;
  BhViewServer *server; /* (nullable): %NULL: removed */
  BhViewKind kind;
  BhViewFacts facts; /* its texts are owned */
  char *rights;      /* a digest of kind and facts */
  GPtrArray *keys;
  BhViewSend send;
  gpointer data;
  gboolean is_active;  /* it has asked, and answers */
  gboolean is_blocked; /* its channel is full */
  gboolean is_pumping;
  gboolean needs_reset; /* everything is to come anew */
  gboolean owes_cursor; /* it asked from a cursor: it is answered, with whatever changed */
  gint64 may_reset_ms;
  GHashTable *dirty;        /* names, owned: that it is to get */
  BhSnapshotSender *sender; /* (nullable) */
  char *dropped_id;         /* (nullable): of the last one that was given up on its way */
  gboolean is_passed;       /* it has taken a later one than that */
};

struct _BhViewServer {
  BhProperty *property;
  char *incarnation;
  gint64 (*clock)(gpointer data);
  gpointer clock_data;
  BhViewIndex *index;
  GPtrArray *followers; /* of BhViewFollower, owned */
  GHashTable *by_key;   /* key -> set of BhViewFollower */
  GHashTable *changed;  /* names, owned: since the last flush */
  GHashTable *losses;   /* key -> number, as a box */
  gint64 base;          /* of cursors below nothing is known any more */
  gint64 number;        /* of the last change */
  guint64 next_id;      /* of snapshots */
  gint64 flush_due_ms;  /* 0: nothing has changed */
  gint64 next_due_ms;   /* -1: no tick is wanted */
  gboolean is_ticking;
  void (*wakeup)(gpointer data);
  gpointer wakeup_data;
};

BhViewFollower *bh_view_follower_ref(BhViewFollower *follower);
void bh_view_follower_unref(BhViewFollower *follower);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhViewFollower, bh_view_follower_unref)

/** bh_view_follower_pump: sends what may go now. */
void bh_view_follower_pump(BhViewFollower *follower);

/** bh_view_server_schedule: a tick is wanted at @due_ms. */
void bh_view_server_schedule(BhViewServer *server, gint64 due_ms);
