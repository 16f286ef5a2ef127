/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backend-data: what goes into an operation backend and what comes out of it: plain structs, handed
 * over as a whole, so that a backend's own thread may work on them.
 */
#pragma once

#include "member-roll.h"
#include "record.h"

/* At most so many operations bear one identity (the first one counted), and so many identities of
 * a log bear more than one. */
#define BH_BACKEND_MAX_VARIANTS 4
#define BH_BACKEND_MAX_FORKS    64

/* --- what is in it --- */

typedef struct {
  char *log_id;
  char *device_id; /* the author's */
  gint64 seq;      /* all up to here are stored */
} BhBackendLog;

typedef struct {
  char *log_id;
  gint64 seq;
  guint count; /* operations of this identity, from 2 */
} BhBackendFork;

typedef struct {
  char *log_id;
  gint64 seq;
  char *entity;
  const char *reason; /* static: as bh_kind_table_judge() says it, or `revoked` */
} BhBackendAside;

/* A record as of a checkpoint. */
typedef struct {
  char *entity;
  BhRecord *record;
  gint64 touched_ms; /* when an operation of it last came, UTC */
} BhBackendRecord;

/* An operation as it is kept: a stub once its words were erased. */
typedef struct {
  BhOperation *op;
  const char *reason; /* (nullable): static: why it was set aside, as far as the backend was told */
} BhBackendEntry;

typedef struct {
  GPtrArray *logs;    /* of BhBackendLog */
  GPtrArray *forks;   /* of BhBackendFork */
  GPtrArray *aside;   /* of BhBackendAside; the last BH_BACKEND_MAX_ASIDE */
  GPtrArray *members; /* of json_t: documents `{data, sig}` */
  GHashTable *values; /* name -> text, both owned */
  GPtrArray *records; /* of BhBackendRecord, without the archived ones */
  GPtrArray *entries; /* of BhBackendEntry: behind the checkpoint, by position */
  gint64 position;    /* of the last operation: as many are stored */
  gint64 checkpoint;  /* position that the records hold all up to */
  gint64 n_aside;     /* all that were set aside when they came */
} BhBackendContents;

/* What is stored under an identity; there are several of a seq where it has variants. */
typedef struct {
  gint64 seq;
  gboolean is_redacted; /* it has no signature any more */
  guint8 sig[BH_OPERATION_SIG_BYTES];
} BhBackendSignature;

#define BH_BACKEND_MAX_ASIDE 10000

BhBackendContents *bh_backend_contents_new(void);
void bh_backend_contents_free(BhBackendContents *contents);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhBackendContents, bh_backend_contents_free)

BhBackendEntry *bh_backend_entry_new(BhOperation *op);
void bh_backend_entry_free(BhBackendEntry *entry);
BhBackendRecord *bh_backend_record_new(const char *entity, BhRecord *record, gint64 touched_ms);
void bh_backend_record_free(BhBackendRecord *record);
BhBackendLog *bh_backend_log_new(const char *log_id, const char *device_id, gint64 seq);
BhBackendFork *bh_backend_fork_new(const char *log_id, gint64 seq, guint count);
BhBackendAside *bh_backend_aside_new(const char *log_id, gint64 seq, const char *entity,
                                     const char *reason);
void bh_backend_aside_free(BhBackendAside *aside);

/** bh_backend_reason_to_code: @reason: (nullable). Returns: 0 where it applies; for storage */
guint bh_backend_reason_to_code(const char *reason);
/** bh_backend_reason_is_of_kinds: whether another table of kinds may judge otherwise. @reason:
 * (nullable): none */
gboolean bh_backend_reason_is_of_kinds(const char *reason);
/** bh_backend_reason_from_code: Returns: (nullable): static */
const char *bh_backend_reason_from_code(guint code);

/* --- append --- */

typedef enum {
  BH_BACKEND_STORED,    /* it is the next of its log */
  BH_BACKEND_DUPLICATE, /* it was there, or its stub is, or it is the stub of what is there */
  BH_BACKEND_VARIANT,   /* another of its identity was there; both are kept */
  BH_BACKEND_CROWDED,   /* as VARIANT, but beyond the bounds: not kept */
} BhBackendOutcome;

/* The words of this operation and of its variants are to be erased, where it is stored and about
 * @entity. */
typedef struct {
  char *log_id;
  gint64 seq;
  char *entity;
} BhBackendRedaction;

/* One transaction. Filled by the caller, immutable from the call on. */
typedef struct _BhBackendAppend BhBackendAppend;

BhBackendAppend *bh_backend_append_new(void);
BhBackendAppend *bh_backend_append_ref(BhBackendAppend *append);
void bh_backend_append_unref(BhBackendAppend *append);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhBackendAppend, bh_backend_append_unref)

struct _BhBackendAppend {
  gatomicrefcount refs;
  GPtrArray *operations; /* of BhOperation; each the next of its log, or of a taken identity */
  GPtrArray *reasons;    /* of static texts, one for each operation; %NULL: it applies */
  GPtrArray *members;    /* of BhRollMember, owned: verified */
  GHashTable *values;    /* name -> text, both owned; %NULL text: taken away */
  GPtrArray *redactions; /* of BhBackendRedaction */
  gsize size_bytes;      /* about what all of it holds */
};

/** bh_backend_append_add: @reason: (nullable): static: why it is set aside */
void bh_backend_append_add(BhBackendAppend *append, BhOperation *op, const char *reason);
void bh_backend_append_add_member(BhBackendAppend *append, const BhRollMember *member);
/** bh_backend_append_set_value: @text: (nullable): %NULL takes it away */
void bh_backend_append_set_value(BhBackendAppend *append, const char *name, const char *text);
void bh_backend_append_add_redaction(BhBackendAppend *append, const char *log_id, gint64 seq,
                                     const char *entity);

/** bh_backend_append_is_empty: there is nothing to be done. */
gboolean bh_backend_append_is_empty(const BhBackendAppend *append);

typedef struct {
  guint8 *outcomes; /* BhBackendOutcome, one for each operation */
  GPtrArray
      *others;     /* of BhOperation (nullable), one for each: the first of a variant's identity */
  guint *counts;   /* operations of its identity that are stored now */
  gint64 position; /* of the last operation stored */
  guint n_operations; /* as many as were appended */
} BhBackendAppended;

BhBackendAppended *bh_backend_appended_new(guint n_operations);
void bh_backend_appended_free(BhBackendAppended *appended);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhBackendAppended, bh_backend_appended_free)

/* --- checkpoint --- */

typedef enum {
  BH_BACKEND_REPLACE, /* the record is complete: it takes the place of what is there */
  BH_BACKEND_MERGE,   /* there may be more in the archive: both are merged */
} BhBackendCheckpointMode;

typedef struct {
  char *entity;
  json_t *content;   /* as bh_record_to_json() gives it */
  gint64 touched_ms; /* a merge keeps the later one */
  BhBackendCheckpointMode mode;
  gboolean is_archived; /* from now on not among the contents any more */
} BhBackendCheckpointRecord;

/* One transaction. */
typedef struct {
  GPtrArray *records; /* of BhBackendCheckpointRecord */
  gint64 position;    /* the records hold all up to there; -1: say nothing of that yet */
  GHashTable *values; /* as of an append */
  GPtrArray *aside;   /* of BhBackendAside: judged anew; a reason of %NULL: it applies now */
  GPtrArray *merged;  /* (out) of BhBackendRecord: what became of each MERGE that found one there */
  gsize size_bytes;
} BhBackendCheckpoint;

BhBackendCheckpoint *bh_backend_checkpoint_new(gint64 position);
void bh_backend_checkpoint_add(BhBackendCheckpoint *checkpoint, const char *entity,
                               const BhRecord *record, gint64 touched_ms,
                               BhBackendCheckpointMode mode, gboolean is_archived);
void bh_backend_checkpoint_set_value(BhBackendCheckpoint *checkpoint, const char *name,
                                     const char *text);
void bh_backend_checkpoint_add_aside(BhBackendCheckpoint *checkpoint, const char *log_id,
                                     gint64 seq, const char *entity, const char *reason);
void bh_backend_checkpoint_free(BhBackendCheckpoint *checkpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhBackendCheckpoint, bh_backend_checkpoint_free)
