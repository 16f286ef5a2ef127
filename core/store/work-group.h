/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work-group: many pieces of work, one transaction. Private to the room; runs on the store's
 * thread.
 */
#pragma once

#include "database.h"

typedef struct {
  BhStoreWork work;
  gpointer data;
  GCancellable *cancellable; /* (nullable): borrowed */
  GError *error;             /* (nullable): owned; set when the work is not on the disk */
} BhWorkItem;

/**
 * bh_work_group_write:
 * @items: (element-type BhWorkItem): each ends committed, or with its error set
 */
void bh_work_group_write(BhDatabase *database, GPtrArray *items);

/** bh_work_group_read: each in a read transaction of its own. */
void bh_work_group_read(BhDatabase *database, GPtrArray *items);
