/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BenchReplica: a property on a store of its own, as a hub or a device has it. What goes wrong ends
 * the process.
 */
#pragma once

#include "property.h"
#include "sign-key.h"
#include "store.h"

typedef struct {
  char *folder;
  BhStore *store;
  BhSignKey *key; /* of the hub, whoever it is of */
  BhProperty *property;
  gint64 now_ms; /* the replica's time where it is not 0 */
} BenchReplica;

/**
 * bench_replica_open:
 * @folder: the state folder; made where it is missing
 * @migrations: (array length=n_migrations) (nullable): of its database; %NULL: the property's alone
 * @level: BH_LEVEL_HUB: it is the hub's replica; BH_LEVEL_DEVICE: a device's
 * @key: (nullable): the hub's, referenced; %NULL: any
 */
BenchReplica *bench_replica_open(const char *folder, const BhStoreMigration *migrations,
                                 guint n_migrations, BhLevel level, BhSignKey *key);

/** bench_replica_take: hands over @operations, believed unchecked, and waits for the commit. */
void bench_replica_take(BenchReplica *replica, GPtrArray *operations);

/** bench_replica_close: with a last checkpoint. */
void bench_replica_close(BenchReplica *replica);

/** bench_folder_new: @under: (nullable): of the system's for such. Returns: (transfer full) */
char *bench_folder_new(const char *under);
/** bench_folder_remove: with the files in it; frees @folder. */
void bench_folder_remove(char *folder);
