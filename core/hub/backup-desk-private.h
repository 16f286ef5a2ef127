/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-desk-private: what the desk's files share. backup-desk.c makes backups, by itself and when
 * it is asked; backup-change.c changes how they are made.
 */
#pragma once

#include "backup-desk.h"
#include "backup-key-order.h"
#include "backup-memory.h"

/* What a task has its desk under. */
#define BH_BACKUP_DESK_DATA "desk"

/*
 * Runs and the reading of the key are tasks whose source is the hub: it, and the desk with it,
 * lives until they are over.
 */
struct _BhBackupDesk {
  const BhHubState *state;
  GCancellable *life; /* cancelled with the desk */

  gboolean is_on;
  char *folder; /* (nullable): chosen by a person */
  guint minute, keep;

  BhBackupKey *key;  /* NULL until it was needed, or where it cannot be used */
  char *key_problem; /* (nullable): why */
  gboolean is_asking_key;
  GQueue waiting; /* of owned GTask: for the key */

  guint number;     /* of the last run */
  char *run_folder; /* (nullable): of the one that runs */
  BhBackupRun *run; /* (nullable): its task's, while the worker has it */
  GMutex mutex;
  GCond cond;
  gboolean is_working; /* under mutex: the worker has not ended */

  BhBackupMemory *memory;
  gboolean is_loaded;
  gint64 earliest_us; /* monotonic: nothing begins by itself before */
  guint timer_id;
};

/** bh_backup_desk_schedule: sets the timer anew, after anything that says when the next one is. */
void bh_backup_desk_schedule(BhBackupDesk *self);

/** bh_backup_desk_take_key: of bh_backup_key_order_async(). Returns: %FALSE exactly when @error is
 * set; the desk has the key that it had */
gboolean bh_backup_desk_take_key(BhBackupDesk *self, GAsyncResult *result, GError **error);
