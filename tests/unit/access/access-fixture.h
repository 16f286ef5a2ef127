/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access-fixture: a store in a temporary folder with this room's tables, a device book, a history
 * and a pairing desk over it; and calls that wait for their results.
 */
#pragma once

#include "audit-log-private.h"
#include "device-book.h"
#include "pairing-desk-private.h"
#include "sign-key.h"

#define ACCESS_TENANT    "hotel-sol"
#define ACCESS_HUB_NAME  "Hotel Sol"
#define ACCESS_HOST_NAME "bellhop-7f3a.local"
#define ACCESS_AUTHORITY "T1BRUlNUVVZXWFlaW1xdXg"

typedef struct {
  char *folder;
  BhSignKey *hub_key;
  BhStore *store;
  BhDeviceBook *book;
  BhAuditLog *audit;
  BhPairingDesk *desk;
  GString *told; /* "added:NAME", "changed:NAME", "revoked:NAME", "requests", each after a space */
} AccessFixture;

void access_fixture_init(AccessFixture *fixture);
void access_fixture_clear(AccessFixture *fixture);

/* As a new start of the program: store, book and desk anew. */
void access_fixture_restart(AccessFixture *fixture);

/* As a restart, @ms later by the time of day. */
void access_fixture_restart_after(AccessFixture *fixture, gint64 ms);

/* Stores a result for access_fixture_wait(). @data: GAsyncResult **, %NULL before */
void access_fixture_take_result(GObject *source, GAsyncResult *result, gpointer data);
GAsyncResult *access_fixture_wait(GAsyncResult **result);

/* Runs SQL on the store's own thread and handle. */
void access_fixture_sql(AccessFixture *fixture, const char *sql);

/* The first column of the first row, as text; "" where there is none. */
char *access_fixture_query(AccessFixture *fixture, const char *sql);

/* From now on nothing fits on the disk, until room is made again. */
void access_fixture_fill_disk(AccessFixture *fixture);
void access_fixture_make_room(AccessFixture *fixture);

/* Keeps the store's thread busy: what is called until release is one group of commits. */
void access_fixture_hold(AccessFixture *fixture);
void access_fixture_release(AccessFixture *fixture);

BhDevice *access_fixture_add(AccessFixture *fixture, BhRole role, const char *name);

/* What the history says, newest first: "kind/subject/detail/address" each after a space. */
char *access_fixture_read_audit(AccessFixture *fixture);
