/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of BhProperty share: property.c (life), property-load.c, property-look.c,
 * property-write.c, property-take.c, property-commit.c (what is on its way to the disk),
 * property-state.c (what follows from a commit), property-derive.c and property-checkpoint.c.
 */
#pragma once

#include "aside-list.h"
#include "cutoff-table.h"
#include "gap-buffer.h"
#include "house-clock.h"
#include "log-table.h"
#include "property.h"
#include "record-book.h"

/* Prefix of values: the entities of this device are to be derived again at the next start. */
#define BH_PROPERTY_DERIVE  "derive/"
#define BH_PROPERTY_RECEIPT "receipt-number"
#define BH_PROPERTY_SAFE    "safe"
#define BH_PROPERTY_CLOCK   "clock"
/* The table of kinds by which all that is stored was judged, as bh_kind_table_get_version(). */
#define BH_PROPERTY_KINDS "kinds"

typedef struct _BhTake BhTake;

/* An append on its way to the disk, with those who wait for it. */
typedef struct {
  BhProperty *property;    /* owned */
  BhBackendAppend *append; /* owned */
  GArray *logs;            /* of BhPendingLog: those that it makes longer */
  gboolean is_own;
  gpointer source;  /* of the take */
  GTask *task;      /* (nullable): owned: of a write */
  GPtrArray *takes; /* of BhTake, owned: complete with it */
  gint64 receipt;   /* the highest receipt number in it; 0: none */
  gsize bytes;      /* counted as pending */
} BhPending;

typedef struct {
  BhLog *log;
  guint epoch;
} BhPendingLog;

/* A record for which a version was given away that is not committed yet. */
typedef struct {
  gint64 version;
  guint count; /* writes on their way */
} BhPendingVersion;

struct _BhProperty {
  GObject parent_instance;

  /* the configuration */
  char *tenant_id;
  char *device_id;
  BhRole role;
  BhLevel level;
  const BhOperationSigning *signing;
  gpointer key;
  gint64 (*now_ms)(gpointer data);
  gint64 (*steady_ms)(gpointer data);
  gpointer now_data;
  gboolean is_synchronous;

  BhOperationBackend *backend;
  BhMemberRoll *members;
  BhHybridClock *clock;
  BhHouseClock house_clock;

  /* the log */
  BhLogTable *logs;
  BhLog *own_logs[2]; /* public, private; NULL: nothing was written yet */
  BhGapBuffer *gaps;
  GQueue takes;   /* of BhTake, owned: being verified, in the order of the calls */
  GQueue pending; /* of BhPending, owned, in the order of the calls */
  gsize pending_bytes;
  GHashTable *pending_versions; /* entity (owned) -> BhPendingVersion, owned */
  gint64 position;

  /* state */
  BhRecordBook *book;
  BhCutoffTable *cutoffs;
  BhAsideList *aside;
  gint64 n_aside;
  gboolean is_safe_new; /* what is safe is not stored as it is */
  gint64 receipt;       /* the highest number in a committed receipt.issue */

  /* property-derive.c */
  GQueue deriving;        /* of names, owned: to be derived again */
  GHashTable *derive_set; /* the same names, borrowed */
  guint n_deriving;       /* being read for it */

  /* property-checkpoint.c */
  gint64 checkpoint;         /* the records are stored up to there */
  gint64 checkpoint_tried;   /* position at which one was begun last */
  GPtrArray *to_store;       /* (nullable) (element-type utf8): of the one under way */
  GPtrArray *storing;        /* (nullable) (element-type utf8): of the slice on its way */
  gint64 to_store_position;  /* its position */
  GHashTable *derive_values; /* names of values that wait for derivation, owned */
  GHashTable *derived;       /* those that the one under way settles, owned */
  GHashTable *judged;        /* name -> BhBackendAside, owned: reasons that changed */
  guint checkpoint_source;

  GTask *load_task; /* (nullable): owned */
  gboolean is_loaded;
  gboolean is_closed;
};

gint64 bh_property_now(BhProperty *self);
/* By which it is judged what is over for long. */
gint64 bh_property_house_now(BhProperty *self);
/* Another's operation was heard, or read. */
void bh_property_hear(BhProperty *self, const BhOperation *op);

/** bh_property_check_open: returns @task with CLOSED or FULL. Returns: whether it may go on */
gboolean bh_property_check_open(BhProperty *self, GTask *task, gsize more_bytes);

/* --- property-commit.c --- */

BhPending *bh_pending_new(BhProperty *self);
void bh_pending_free(BhPending *pending);

/**
 * bh_pending_add:
 * @reason: (nullable): static
 *
 * Adds an operation, which is the next of @log or of a taken identity, and what its transaction
 * needs besides.
 */
void bh_pending_add(BhPending *pending, BhLog *log, BhOperation *op, const char *reason);

/** bh_pending_send: @pending: (transfer full): on its way. */
void bh_pending_send(BhPending *pending);

/** bh_property_get_receipt: the highest number committed or on its way. */
gint64 bh_property_get_receipt(BhProperty *self);

/* --- property-take.c --- */

void bh_take_free(BhTake *take);
/** bh_take_complete: @error: (nullable): copied. Returns the take's task. */
void bh_take_complete(BhTake *take, const GError *error);
/** bh_property_drop_takes: completes what is still being verified with CLOSED. */
void bh_property_drop_takes(BhProperty *self);

/* --- property-state.c --- */

/** bh_property_judge: Returns: (nullable): static: why an operation of that place is set aside */
const char *bh_property_judge(BhProperty *self, const BhOperation *op);

/* What came of applying some operations. */
typedef struct {
  GPtrArray *changed; /* of names, owned, each once */
  gboolean aside_changed;
  BhBackendAppend *follow; /* (nullable): redactions that are still to be done */
} BhEffect;

void bh_effect_init(BhEffect *effect);
void bh_effect_clear(BhEffect *effect);
void bh_effect_add(BhEffect *effect, const char *name);

/**
 * bh_property_apply:
 * @stored: (nullable): the reason that the backend has of it
 *
 * @op is committed: brings records, cut-offs and the list of those aside up to date.
 */
void bh_property_apply(BhProperty *self, const BhOperation *op, const char *stored,
                       BhEffect *effect);

/** bh_property_note_judgement: for the list, and for the next checkpoint where it is news. */
void bh_property_note_judgement(BhProperty *self, const BhOperation *op, const char *stored,
                                const char *reason, BhEffect *effect);

/** bh_property_follow_redaction: @op is stored; where its redaction is known, its words are to go.
 */
void bh_property_follow_redaction(BhProperty *self, const BhOperation *op, BhEffect *effect);

/** bh_property_apply_cutoffs: @name: of a device's record, which may say other ones now */
void bh_property_apply_cutoffs(BhProperty *self, const char *name);

/** bh_property_emit_effect: emits what @effect says, and sends what follows. */
void bh_property_emit_effect(BhProperty *self, BhEffect *effect);

/* --- property-derive.c --- */

/** bh_property_derive_device: @before: (nullable): cut-offs before the change */
void bh_property_derive_device(BhProperty *self, const char *device_id, const BhCutoffs *before);
/** bh_property_derive_all: all that @device_id ever wrote about. */
void bh_property_derive_all(BhProperty *self, const char *device_id);
/** bh_property_derive_aside: what the table of kinds had been against, for it is another now. */
void bh_property_derive_aside(BhProperty *self);
gboolean bh_property_is_deriving(BhProperty *self);
void bh_property_finish_load(BhProperty *self);

/* --- property-checkpoint.c --- */

/** bh_property_think_of_checkpoint: begins one where it is time. */
void bh_property_think_of_checkpoint(BhProperty *self);
/** bh_property_store_all: the last one, at once. */
void bh_property_store_all(BhProperty *self);

enum {
  BH_PROPERTY_COMMITTED,
  BH_PROPERTY_CHANGED,
  BH_PROPERTY_CONFLICT,
  BH_PROPERTY_ASIDE_CHANGED,
  BH_PROPERTY_SAFE_CHANGED,
  BH_PROPERTY_TOO_MANY_LOGS,
  BH_PROPERTY_N_SIGNALS
};
extern guint bh_property_signals[BH_PROPERTY_N_SIGNALS];
