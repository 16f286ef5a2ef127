/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store-fixture: a temporary state folder with one table, and calls whose outcome a test can wait
 * for.
 */
#pragma once

#include "store.h"

extern const BhStoreMigration fixture_migrations[];
extern const guint fixture_n_migrations;

typedef struct {
  char *folder;
  BhStore *store;   /* (nullable): while it is open */
  guint completed;  /* calls completed */
  GString *order;   /* their names, in the order of completion */
  GHashTable *seen; /* name -> GError, or NULL where it succeeded */
} Fixture;

void fixture_init(Fixture *fixture);
void fixture_open(Fixture *fixture);
void fixture_clear(Fixture *fixture);

/* Runs @sql as a write (or a read) named @name; `hold` in @sql's place waits for fixture_release.
 */
void fixture_write(Fixture *fixture, const char *name, const char *sql);
void fixture_write_cancellable(Fixture *fixture, const char *name, const char *sql,
                               GCancellable *cancellable);
void fixture_read(Fixture *fixture, const char *name, const char *sql);

/* Keeps the store's thread busy (as a write named `hold`): what is called until release is one
 * group. */
void fixture_hold(Fixture *fixture);
void fixture_release(Fixture *fixture);

/* Runs the loop until @n calls have completed; fails after 20 s. */
void fixture_wait(Fixture *fixture, guint n);

/* Asserts that @name succeeded, or failed with @code. */
void fixture_assert_ok(Fixture *fixture, const char *name);
void fixture_assert_failed(Fixture *fixture, const char *name, BhStoreError code);

/* What is in the file, by a handle of the test's own: "a,b,c", ordered. */
char *fixture_dump(Fixture *fixture);

void fixture_remove_folder(const char *folder);
