/* SPDX-License-Identifier: Apache-2.0 */
/*
 * property-fixture: a property on either backend, authors that write to it, and a storage that
 * outlives it. Every wait fails after a minute.
 */
#pragma once

#include "memory-backend.h"
#include "property.h"
#include "sign-key.h"
#include "sqlite-backend.h"

#define FIXTURE_TENANT "tenant"
#define FIXTURE_HUB    "hub"

/* Test data: which backend. */
typedef enum { ON_MEMORY, ON_SQLITE } FixtureKind;

typedef struct {
  FixtureKind kind;
  char *folder;            /* of SQLite */
  BhStore *store;          /* (nullable) */
  BhMemoryBackend *memory; /* (nullable): committed content outlives the property */
  BhProperty *property;
  BhSignKey *hub_key;
  gint64 now_ms;
  gint64 jump_ms; /* how far the wall clock has jumped off it */
  guint n_committed;  /* operations told as committed */
  GPtrArray *told;    /* of BhOperation: those */
  GString *events;    /* "changed:order/1 aside conflict:..." */
  GPtrArray *authors; /* of Author */
} Fixture;

typedef struct {
  BhSignKey *key;
  char *device_id;
  BhRole role;
  char *log_id;
  gint64 seq;
  gint64 hlc_ms;
  json_t *document;
} Author;

void fixture_init(Fixture *fixture, FixtureKind kind);
void fixture_clear(Fixture *fixture);

/* Closes the property and opens it again on what is stored. */
void fixture_restart(Fixture *fixture);
/* Loses what is not committed, and opens again. */
void fixture_crash(Fixture *fixture);

/* The author is a member, whose document the property does not have yet. */
Author *fixture_add_author(Fixture *fixture, const char *device_id, BhRole role);
/* The next operation of its log (or the one at @seq); @body: JSON with ' for ". */
BhOperation *author_make(Author *author, const char *kind, const char *entity, const char *body);
BhOperation *author_make_at(Author *author, gint64 seq, const char *kind, const char *entity,
                            const char *body);
/* An operation of an order of its own: a note. */
BhOperation *author_make_line(Author *author, const char *order_id, const char *line_id);

/* Runs the loop until @result is there. Takes it. */
void fixture_take_result(GObject *source, GAsyncResult *result, gpointer data);
GAsyncResult *fixture_wait(GAsyncResult **result);
/* Runs the loop until nothing is on its way. */
void fixture_settle(Fixture *fixture);

/* Each waits for its end. */
GPtrArray *fixture_write(Fixture *fixture, const char *kind, const char *entity, const char *body);
void fixture_write_fails(Fixture *fixture, const char *kind, const char *entity, const char *body,
                         BhPropertyError code);
/* Gives @ops (each transfer full) with the document of @author. */
BhTakeResult *fixture_take(Fixture *fixture, Author *author, guint n, BhOperation **ops);
/* Asserts that all of it was taken: nothing refused. */
void fixture_take_one(Fixture *fixture, Author *author, BhOperation *op);
/* Asserts that it was refused with @code. */
void fixture_take_refused(Fixture *fixture, Author *author, BhOperation *op, const char *code);

/* Canonical text of a record; "" where there is none. */
char *fixture_get_record(Fixture *fixture, const char *name);
/* `<seq>` of all of a log that can be read, with `!` behind stubs. */
char *fixture_read_log(Fixture *fixture, const char *log_id);
/* Of bh_property_get_aside(): "logId:seq=reason ...", without log ids. */
char *fixture_get_aside(Fixture *fixture);

/* From now on the disk is full, for operations; and has room again. */
void fixture_fill_disk(Fixture *fixture);
void fixture_make_room(Fixture *fixture);

/* Runs @test once for each backend. */
#define FIXTURE_ADD(path, test)                                                                    \
  do {                                                                                             \
    g_test_add_data_func("/property/memory/" path, GUINT_TO_POINTER(ON_MEMORY), test);             \
    g_test_add_data_func("/property/sqlite/" path, GUINT_TO_POINTER(ON_SQLITE), test);             \
  } while (0)
