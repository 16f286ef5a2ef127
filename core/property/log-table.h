/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLogTable: the logs of a property: whose they are, how far they are committed and how far what
 * is on its way to the disk will bring them. Private to the room; one main context.
 */
#pragma once

#include "operation.h"

typedef struct {
  char *log_id;
  char *device_id;   /* the author's: it is in the log's name (operation.h) */
  gint64 committed;  /* all up to here are durable */
  gint64 queued;     /* all up to here are durable or on their way */
  gint64 safe;       /* all up to here are at the hub or the cloud, as they said */
  gint64 delivered;  /* all up to here are known to be the same at the hub; of this life */
  guint epoch;       /* grows when what was on its way is lost: what was built on it is lost too */
  GHashTable *forks; /* (nullable): seq (gint64, owned) -> how many operations bear it, from 2 */
  guint64 *recent;   /* (nullable): signatures of the last ones, by seq */
} BhLog;

typedef struct _BhLogTable BhLogTable;

BhLogTable *bh_log_table_new(void);
void bh_log_table_free(BhLogTable *table);

/** bh_log_table_find: Returns: (transfer none) (nullable): */
BhLog *bh_log_table_find(BhLogTable *table, const char *log_id);

/**
 * bh_log_table_ensure:
 * @device_id: whose log it is
 *
 * Returns: (transfer none): made where there is none; lives with the table
 */
BhLog *bh_log_table_ensure(BhLogTable *table, const char *log_id, const char *device_id);

/** bh_log_table_count: how many logs are by @device_id. */
guint bh_log_table_count(BhLogTable *table, const char *device_id);

/** bh_log_table_list: Returns: (transfer container) (element-type BhLog): by log id */
GPtrArray *bh_log_table_list(BhLogTable *table);

/** bh_log_get_fork: how many operations bear @seq: 2 and more, else 1. */
guint bh_log_get_fork(const BhLog *log, gint64 seq);
void bh_log_set_fork(BhLog *log, gint64 seq, guint count);

/** bh_log_list_forks: Returns: (transfer full): of gint64, in order: the forked seqs from @from to
 * @to */
GArray *bh_log_list_forks(const BhLog *log, gint64 from, gint64 to);

/**
 * bh_log_note: remembers @op as stored.
 * bh_log_has_noted: whether just this was noted lately; %FALSE says nothing.
 *
 * Most of what comes twice comes soon, and need not be verified and looked up to be known.
 */
void bh_log_note(BhLog *log, const BhOperation *op);
gboolean bh_log_has_noted(const BhLog *log, const BhOperation *op);
