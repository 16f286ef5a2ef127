/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "access-schema.h"

/*
 * Steps are appended, and none is ever changed: a person's database stands at one of them.
 *
 * device.link_id: a second device by the same link is refused by the table itself.
 * pairing_link.secret: gone once the link has expired unused.
 */
const BhStoreMigration bh_access_migrations[] = {
    {"CREATE TABLE device ("
     " device_id TEXT PRIMARY KEY,"
     " public_key BLOB NOT NULL,"
     " role TEXT NOT NULL,"
     " name TEXT NOT NULL,"
     " kind TEXT NOT NULL,"
     " created_ms INTEGER NOT NULL,"
     " changed_ms INTEGER NOT NULL,"
     " revoked_ms INTEGER NOT NULL DEFAULT 0,"
     " seen_ms INTEGER NOT NULL DEFAULT 0,"
     " link_id TEXT UNIQUE) STRICT, WITHOUT ROWID;"
     "CREATE TABLE access_counter ("
     " name TEXT PRIMARY KEY,"
     " value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
     "CREATE TABLE pairing_link ("
     " link_id TEXT PRIMARY KEY,"
     " secret BLOB,"
     " role TEXT NOT NULL,"
     " name TEXT NOT NULL,"
     " expires_ms INTEGER NOT NULL,"
     " used_ms INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;"
     "CREATE TABLE audit_entry ("
     " number INTEGER PRIMARY KEY AUTOINCREMENT,"
     " time_ms INTEGER NOT NULL,"
     " kind TEXT NOT NULL,"
     " who TEXT NOT NULL,"
     " subject TEXT NOT NULL,"
     " detail TEXT NOT NULL,"
     " address TEXT NOT NULL) STRICT"},
    /* person_try.device_id: empty: on all devices together. guest_session.seating_id: none: it
     * waits. `number` keeps the order in which things came. */
    {"CREATE TABLE person ("
     " number INTEGER PRIMARY KEY,"
     " person_id TEXT NOT NULL UNIQUE,"
     " name TEXT NOT NULL,"
     " salt BLOB NOT NULL,"
     " pin_hash BLOB NOT NULL,"
     " created_ms INTEGER NOT NULL) STRICT;"
     "CREATE TABLE person_sign_in ("
     " device_id TEXT PRIMARY KEY,"
     " person_id TEXT NOT NULL REFERENCES person (person_id) ON DELETE CASCADE,"
     " since_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
     "CREATE INDEX person_sign_in_person ON person_sign_in (person_id);"
     "CREATE TABLE person_try ("
     " person_id TEXT NOT NULL,"
     " device_id TEXT NOT NULL,"
     " wrong INTEGER NOT NULL,"
     " until_ms INTEGER NOT NULL,"
     " day_wrong INTEGER NOT NULL,"
     " day_ms INTEGER NOT NULL,"
     " PRIMARY KEY (person_id, device_id)) STRICT, WITHOUT ROWID;"
     "CREATE TABLE place ("
     " number INTEGER PRIMARY KEY,"
     " place_id TEXT NOT NULL UNIQUE,"
     " kind TEXT NOT NULL,"
     " name TEXT NOT NULL,"
     " code BLOB NOT NULL UNIQUE,"
     " created_ms INTEGER NOT NULL) STRICT;"
     "CREATE TABLE seating ("
     " seating_id TEXT PRIMARY KEY,"
     " place_id TEXT NOT NULL UNIQUE REFERENCES place (place_id) ON DELETE CASCADE,"
     " state TEXT NOT NULL,"
     " since_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
     "CREATE TABLE guest_session ("
     " number INTEGER PRIMARY KEY,"
     " device_id TEXT NOT NULL UNIQUE,"
     " secret_hash BLOB NOT NULL UNIQUE,"
     " place_id TEXT NOT NULL REFERENCES place (place_id) ON DELETE CASCADE,"
     " seating_id TEXT REFERENCES seating (seating_id) ON DELETE CASCADE,"
     " created_ms INTEGER NOT NULL) STRICT;"
     "CREATE INDEX guest_session_place ON guest_session (place_id);"
     "CREATE INDEX guest_session_seating ON guest_session (seating_id);"},
    /* made_by: the device_id of its manager; NULL: the hub's owner made it. */
    {"ALTER TABLE pairing_link ADD COLUMN made_by TEXT"},
};
const guint bh_access_n_migrations = G_N_ELEMENTS(bh_access_migrations);
