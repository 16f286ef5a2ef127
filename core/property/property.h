/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhProperty: one replica of a property: the log of operations in its backend, and the state that
 * follows from them, in memory.
 *
 * It writes operations of its own, takes those of others, and derives records. What it shows as
 * written is durable (as durable as its backend): records, `have` and signals change only after
 * the commit, in the order of commit.
 *
 * - **Own operations** stand in a log that is new with each start of the process, so that a copy
 *   of the storage that is put back can never use an identity twice. Private ones have a log of
 *   their own.
 * - **Others' operations** are verified in a worker, a batch at a time, unless the link is trusted.
 *   One whose predecessors are missing waits, within bounds. A log belongs to the device whose
 *   operation came first in it; another's in it are forged, for a device that could write into
 *   somebody's log could make the author believe that its own have arrived.
 * - **Aside**: what every replica would leave out (kind-table.h), and what a cut-off of its author
 *   revokes. Stored, forwarded and counted all the same. A cut-off that changes derives the
 *   entities concerned again.
 * - **Redaction**: when a `redact` applies, values of that operation become null and its stored
 *   text makes room for a stub, in the same transaction.
 * - **Checkpoints** put records into the backend so that a start need not read all operations:
 *   after about BH_PROPERTY_CHECKPOINT_OPERATIONS, and at close. With one, what is over leaves
 *   memory: closed orders, ended seatings and requests that have had no operation for
 *   BH_PROPERTY_ARCHIVE_MS, and messages for BH_PROPERTY_ARCHIVE_MESSAGE_MS. Closed orders of which
 * a room owes something stay until that is settled, however long it takes, and then for
 *   BH_PROPERTY_ARCHIVE_SETTLED_MS. The overview tells a manager of debts that have grown old.
 * Those that were paid otherwise stay so long at most, until a day that began after them is closed.
 * - **Upgrades**: what another table of kinds had set aside is judged again at the start.
 *
 * One main context. Everything may be called from signals and completions. Closing completes what
 * is pending with BH_PROPERTY_ERROR_CLOSED, except for what is on its way to the disk: that is
 * completed as it turns out.
 */
#pragma once

#include "hybrid-clock.h"
#include "level.h"
#include "log-positions.h"
#include "operation-backend.h"
#include "property-error.h"

/* Logs of one device but the hub: it has a new one with each wipe of its storage, or start of a
 * program that keeps nothing. More are refused as `too-many-logs`, so that one device cannot fill
 * the memory of all with empty logs. A cut-off names them all. */
#define BH_PROPERTY_MAX_DEVICE_LOGS 1000

#define BH_PROPERTY_CHECKPOINT_OPERATIONS 2000
#define BH_PROPERTY_ARCHIVE_MS            (G_GINT64_CONSTANT(36) * 60 * 60 * 1000)
#define BH_PROPERTY_ARCHIVE_MESSAGE_MS    (G_GINT64_CONSTANT(14) * 24 * 60 * 60 * 1000)
#define BH_PROPERTY_ARCHIVE_SETTLED_MS    (G_GINT64_CONSTANT(14) * 24 * 60 * 60 * 1000)

/* What waits for predecessors: operations a log, logs, bytes of all; beyond that they are dropped,
 * for they come again. */
#define BH_PROPERTY_MAX_WAITING_OPERATIONS 512
#define BH_PROPERTY_MAX_WAITING_LOGS       64
#define BH_PROPERTY_MAX_WAITING_BYTES      (4 * 1024 * 1024)
/* A seq further beyond what we have than this is refused as `too-far`. */
#define BH_PROPERTY_MAX_GAP 100000

/* Writes and takes that are not committed yet, in bytes of text: beyond it, BH_PROPERTY_ERROR_FULL.
 */
#define BH_PROPERTY_MAX_PENDING_BYTES (32 * 1024 * 1024)

#define BH_TYPE_PROPERTY (bh_property_get_type())
G_DECLARE_FINAL_TYPE(BhProperty, bh_property, BH, PROPERTY, GObject)

/* Copied, but for @signing and what @key and @now_data point to: they outlive the property. */
typedef struct {
  const char *tenant_id;
  const char *device_id; /* of own operations */
  BhRole role;           /* under which it writes */
  BhLevel level;         /* hub and cloud take private operations, and nothing is more safe */
  const BhOperationSigning *signing;
  gpointer key; /* as @signing wants it */
  guint8 hub_key[BH_OPERATION_KEY_BYTES];
  gint64 (*now_ms)(gpointer data); /* (nullable): UTC; %NULL: the system's */
  /* (nullable): of a clock that only ever grows, by which a @now_ms that jumps is held; %NULL: the
   * system's with the system's, else @now_ms never jumps */
  gint64 (*steady_ms)(gpointer data);
  gpointer now_data;
  gboolean synchronous; /* signatures are verified within the call */
} BhPropertyConfig;

/**
 * BhProperty::committed:
 * @operations: (element-type BhOperation): new here, in the order of commit, variants too
 * @source: as given to bh_property_take_async(); %NULL: own ones
 *
 * They are durable, and the records hold them.
 *
 * BhProperty::changed:
 * @entity: `type/id`: its record reads otherwise now
 *
 * BhProperty::conflict:
 * @first: the operation that bore this identity first
 * @other: (BhOperation): another of the same identity; both are kept and both apply
 *
 * Once for each further one.
 *
 * BhProperty::aside-changed:
 *
 * bh_property_get_aside() lists others now.
 *
 * BhProperty::too-many-logs:
 * @device_id: whose operation was refused, for it has BH_PROPERTY_MAX_DEVICE_LOGS already
 *
 * BhProperty::safe-changed:
 *
 * bh_property_get_safe() is another now.
 */

/* --- life --- */

/** bh_property_new: @backend: referenced; belongs to this property alone */
BhProperty *bh_property_new(const BhPropertyConfig *config, BhOperationBackend *backend);

/**
 * bh_property_load_async: reads what there is; nothing else may be called before it completed.
 *
 * No signals are emitted for what is loaded.
 */
void bh_property_load_async(BhProperty *property, GAsyncReadyCallback callback, gpointer data);
gboolean bh_property_load_finish(BhProperty *property, GAsyncResult *result, GError **error);

/**
 * bh_property_close:
 *
 * Takes nothing more, and hands what is pending and a last checkpoint over to the backend, which is
 * closed next. Completions still arrive afterwards. May be called twice.
 */
void bh_property_close(BhProperty *property);

const char *bh_property_get_tenant_id(BhProperty *property);
const char *bh_property_get_device_id(BhProperty *property);
BhLevel bh_property_get_level(BhProperty *property);

/** bh_property_get_clock: (transfer none): whose times own operations bear. */
BhHybridClock *bh_property_get_clock(BhProperty *property);
gint64 bh_property_get_now_ms(BhProperty *property);

/* --- writing --- */

/* All borrowed. */
typedef struct {
  const char *kind;
  const char *entity;
  json_t *body; /* not changed any more */
  gboolean is_private;
} BhPropertyDraft;

/**
 * bh_property_write_async:
 * @drafts: (array length=n): become durable together or not at all
 *
 * Sequence numbers and times are given in the order of the calls. BH_PROPERTY_ERROR_BAD: one of
 * them would be set aside by everybody, and nothing was written. When a write fails, those that
 * were called for after it and not committed yet fail too (BH_PROPERTY_ERROR_GAP).
 */
void bh_property_write_async(BhProperty *property, const BhPropertyDraft *drafts, guint n,
                             GAsyncReadyCallback callback, gpointer data);

/** Returns: (transfer full) (nullable) (element-type BhOperation): as committed; %NULL: @error */
GPtrArray *bh_property_write_finish(BhProperty *property, GAsyncResult *result, GError **error);

/**
 * BhPropertyNumbered:
 * @number: the next one
 *
 * Called within bh_property_write_receipt_async(). May not call the property.
 *
 * Returns: (transfer full): the body with that number
 */
typedef json_t *(*BhPropertyNumbered)(gint64 number, gpointer data);

/**
 * bh_property_write_receipt_async:
 * @entity: `order/<id>`
 * @body: makes the body of the `receipt.issue`; called once, before this returns
 *
 * Writes it with the next receipt number. The number is taken in the transaction of the operation:
 * when that fails the next receipt has the same one, so there is neither a hole nor a second one
 * of that number. It is above every number in any `receipt.issue` that this replica has ever held,
 * also one that came from others after an old backup was put back.
 *
 * Completes as bh_property_write_async().
 */
void bh_property_write_receipt_async(BhProperty *property, const char *entity,
                                     BhPropertyNumbered body, gpointer body_data,
                                     GAsyncReadyCallback callback, gpointer data);

/** bh_property_next_version: for a register of @entity that is written next: over all, also
 * those of own operations that are not committed yet. */
gint64 bh_property_next_version(BhProperty *property, const char *entity);

/* --- taking --- */

typedef struct {
  char *log_id;
  gint64 seq;
  const char *code; /* static: forged, unknown-device, too-far, too-many-logs, private */
} BhPropertyRefusal;

typedef struct {
  json_t *have;       /* of the logs of the batch: what is contiguous and committed now */
  GPtrArray *refused; /* of BhPropertyRefusal */
} BhTakeResult;

void bh_take_result_free(BhTakeResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhTakeResult, bh_take_result_free)

/**
 * bh_property_take_async:
 * @operations: (element-type BhOperation): foreign, parsed for our tenant; referenced, in any order
 * @members: (nullable) (element-type json_t): documents that came with them; bad ones are ignored
 * @trusted: they are from the hub or the cloud: not verified, stubs are taken; otherwise a stub is
 *   put off (`rate-limited`) until the redaction that it speaks of is here
 * @source: (nullable): comes back with `committed`; only compared, never used
 *
 * Completes after the commit of what could be committed. An operation that waits for others is no
 * refusal, and `have` does not count it.
 *
 * Errors: FULL, CLOSED, FAILED: nothing of it is certain, the peer sends it again.
 */
void bh_property_take_async(BhProperty *property, GPtrArray *operations, GPtrArray *members,
                            gboolean trusted, gpointer source, GAsyncReadyCallback callback,
                            gpointer data);
BhTakeResult *bh_property_take_finish(BhProperty *property, GAsyncResult *result, GError **error);

/* --- what there is of the log --- */

/**
 * bh_property_get_have:
 * @with_private: private logs too
 *
 * Returns: (transfer full): `{logId: highest contiguous seq}`
 */
json_t *bh_property_get_have(BhProperty *property, gboolean with_private);

/** bh_property_get_seq: Returns: highest contiguous seq that is committed; 0: nothing is */
gint64 bh_property_get_seq(BhProperty *property, const char *log_id);

/** bh_property_get_author: Returns: (transfer none) (nullable): the device that writes this log */
const char *bh_property_get_author(BhProperty *property, const char *log_id);

/** bh_property_get_own_log: Returns: (transfer none) (nullable): %NULL: nothing was written yet */
const char *bh_property_get_own_log(BhProperty *property, gboolean is_private);

/** BhLogVisitor: @author: "" where it is not known */
typedef void (*BhLogVisitor)(const char *log_id, gint64 seq, const char *author, gpointer data);

/** bh_property_visit_logs: in no order; private ones too. */
void bh_property_visit_logs(BhProperty *property, BhLogVisitor visitor, gpointer data);

/** bh_property_visit_queued: the same, with what is on its way to the disk. */
void bh_property_visit_queued(BhProperty *property, BhLogVisitor visitor, gpointer data);

/** bh_property_get_forks: Returns: (transfer full): `[[logId, seq, count], ...]` */
json_t *bh_property_get_forks(BhProperty *property, gboolean with_private);

/** bh_property_list_forks: Returns: (transfer full) (nullable): of gint64, in order: the seqs from
 * @from to @to that several operations bear; %NULL: nothing of the log is here */
GArray *bh_property_list_forks(BhProperty *property, const char *log_id, gint64 from, gint64 to);

/** bh_property_get_fork_count: Returns: operations of this identity; 0 where it is not there */
guint bh_property_get_fork_count(BhProperty *property, const char *log_id, gint64 seq);

/**
 * bh_property_read_async:
 * @max_bytes: of texts; at least one identity comes, however long
 *
 * Committed operations of a log from @from_seq on; all of one identity follow each other and are
 * never parted. Stubs stand for what was redacted.
 */
void bh_property_read_async(BhProperty *property, const char *log_id, gint64 from_seq,
                            guint max_operations, gsize max_bytes, GAsyncReadyCallback callback,
                            gpointer data);
/** Returns: (transfer full) (nullable) (element-type BhOperation): */
GPtrArray *bh_property_read_finish(BhProperty *property, GAsyncResult *result, GError **error);

/** bh_property_get_members: Returns: (transfer none): to look up, not to add */
BhMemberRoll *bh_property_get_members(BhProperty *property);

/**
 * bh_property_add_member:
 * @document: (nullable): foreign: from a `joined`, a peer's `auth`; own
 *
 * Remembers it, on the disk too.
 *
 * Returns: %FALSE exactly when @error is set (BH_MEMBERSHIP_ERROR)
 */
gboolean bh_property_add_member(BhProperty *property, json_t *document, GError **error);

/* --- state --- */

/** bh_property_has_redaction: whether the hub has said that the words of @op are erased, as far as
 * is known here. */
gboolean bh_property_has_redaction(BhProperty *property, const BhOperation *op);

/** bh_property_has_whole: whether @name is in memory with all that is known of it: an archived one
 * that a late operation touched is there in part. */
gboolean bh_property_has_whole(BhProperty *property, const char *name);

/** bh_property_get_record: @name: `type/id`. Returns: (transfer none) (nullable): until the next
 * turn of the loop; not to be changed. Archived ones are not found. */
BhRecord *bh_property_get_record(BhProperty *property, const char *name);

/**
 * bh_property_load_record_async:
 *
 * As get_record(), and brings an archived one back into memory, to be written to.
 */
void bh_property_load_record_async(BhProperty *property, const char *name,
                                   GAsyncReadyCallback callback, gpointer data);
/** Returns: (transfer full) (nullable): %NULL without @error: there is none */
BhRecord *bh_property_load_record_finish(BhProperty *property, GAsyncResult *result,
                                         GError **error);

typedef void (*BhPropertyRecordVisitor)(const char *name, BhRecord *record, gpointer data);

/** bh_property_visit_records: @prefix: (nullable): of the name: `order/`. In no order. It may not
 * call the property. */
void bh_property_visit_records(BhProperty *property, const char *prefix,
                               BhPropertyRecordVisitor visitor, gpointer data);

/** bh_property_get_touched_ms: when an operation of it last came here, UTC; 0: it is not there */
gint64 bh_property_get_touched_ms(BhProperty *property, const char *name);

/** bh_property_is_archivable: whether an order, a seating, a request or a message is over and
 * untouched for long enough to be left out of snapshots; others never are. */
gboolean bh_property_is_archivable(BhProperty *property, const char *name);

/** bh_property_read_order: Returns: (transfer full) (nullable): as bh_order_state_read() */
json_t *bh_property_read_order(BhProperty *property, const char *order_id);

/** bh_property_get_moved: Returns: (transfer none) (nullable) (element-type utf8): names of records
 * by which lines were moved to @order_id; as BhMovedLookup */
GPtrArray *bh_property_get_moved(BhProperty *property, const char *order_id);

/* --- safe --- */

/**
 * bh_property_mark_safe:
 * @have: foreign: `{logId: seq}` of the hub or the cloud
 *
 * Returns: whether anything is safe now that was not
 */
gboolean bh_property_mark_safe(BhProperty *property, const json_t *have);

/** bh_property_get_safe: Returns: (transfer full): `{logId: seq}`: at the hub or the cloud. Of a
 * hub's or cloud's own property: all that it has, without private logs. */
json_t *bh_property_get_safe(BhProperty *property);

/** bh_property_get_safe_seq: Returns: 0: nothing of this log */
gint64 bh_property_get_safe_seq(BhProperty *property, const char *log_id);

/**
 * bh_property_read_signatures_async: of all that is stored from @from_seq to @to_seq (it too).
 */
void bh_property_read_signatures_async(BhProperty *property, const char *log_id, gint64 from_seq,
                                       gint64 to_seq, GAsyncReadyCallback callback, gpointer data);
/** Returns: (transfer full) (element-type BhBackendSignature): by seq */
GArray *bh_property_read_signatures_finish(BhProperty *property, GAsyncResult *result,
                                           GError **error);

/* --- delivered --- */

/**
 * bh_property_get_delivered:
 *
 * That the hub has as many operations of a log does not say that they are the same: a storage that
 * was copied goes on twice under the same numbers. Not kept over a restart.
 *
 * Returns: up to where the hub, or the cloud, is known to have the same
 */
gint64 bh_property_get_delivered(BhProperty *property, const char *log_id);

/**
 * bh_property_note_delivered: those from @from to @to are the same there.
 *
 * Returns: whether all up to @to are known to be; %FALSE also where those before @from are not
 */
gboolean bh_property_note_delivered(BhProperty *property, const char *log_id, gint64 from,
                                    gint64 to);

/**
 * bh_property_lower_delivered:
 * @have: all that it has, as it says itself
 *
 * Where it has less of any log than it had, it came back from a backup, and may by now have got
 * something else of all others: nothing is known to be the same then.
 */
void bh_property_lower_delivered(BhProperty *property, BhLogPositions *have);

/* --- aside --- */

/**
 * bh_property_get_aside:
 *
 * Returns: (transfer full): `[{logId, seq, reason, entity}, ...]`: the last BH_BACKEND_MAX_ASIDE of
 *   all that are set aside; those of one identity stand together
 */
json_t *bh_property_get_aside(BhProperty *property);

typedef struct {
  gint64 n_operations; /* stored */
  gint64 n_aside;      /* of these, set aside */
  guint n_records;     /* in memory */
  guint n_waiting;     /* for predecessors */
  gsize pending_bytes; /* not committed yet */
  gint64 position;     /* of the last commit */
  gint64 checkpoint;   /* position up to which records are stored */
} BhPropertyFigures;

void bh_property_get_figures(BhProperty *property, BhPropertyFigures *figures);
