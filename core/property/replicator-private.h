/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replicator-private: what the files of BhReplicator share: the link and its parts.
 *
 * replicator.c owns links and timers and tells links of commits; replicator-link.c is a peer;
 * replicator-have.c and replicator-ack.c say and hear both; replicator-push.c sends operations;
 * replicator-take.c takes them; replicator-check.c compares them; replicator-snapshot.c serves
 * snapshots.
 */
#pragma once

#include "keyed-hash.h"
#include "log-positions.h"
#include "operation-batch.h"
#include "operation-cache.h"
#include "replicator.h"
#include "snapshot-sender.h"
#include "take-rate.h"

/* Forks of one log times logs: more of them are told at the next `have`. */
#define BH_REPLICATOR_MAX_FORKS 1024
/* Answers that wait for room in a full channel: one for each take, and parts of a snapshot. */
#define BH_REPLICATOR_MAX_OUTBOX 16
/* How long a peer may make us wait by `retryMs`. */
#define BH_REPLICATOR_MIN_RETRY_MS 100
#define BH_REPLICATOR_MAX_RETRY_MS (10 * 60 * 1000)
/* Batches that are kept to be shared. */
#define BH_REPLICATOR_SHARED 4

/* A batch on its way, or operations being read for one. */
typedef struct {
  BhOperationBatch *batch;
  char *id;          /* of the message */
  gboolean is_forks; /* variants of what the peer has in one version */
  gboolean has_members;
  gint64 due_ms;
} BhReplicatorFlight;

/* Why a log is not sent for now. */
typedef struct {
  gint64 until_ms; /* G_MAXINT64: while this link lasts */
  guint stalls;    /* how often in a row the peer took nothing of it */
} BhReplicatorRest;

/* Whether the other side has the same operations as we: see replicator-check.c. */
typedef struct {
  gboolean is_answering;     /* what it asked is being compared */
  gboolean is_reading;       /* what we ask is being read */
  char *id;                  /* (nullable): of what we asked, until it is answered */
  GPtrArray *ranges;         /* (nullable): what that is about */
  BhLogPositions *differing; /* logs that are being sent there: up to where */
  GCancellable *cancellable; /* of what is being read */
  guint tries;
  gint64 due_ms; /* when it is asked, or asked again; 0: not */
} BhReplicatorCheck;

struct _BhReplicatorLink {
  grefcount refs;
  BhReplicator *replicator; /* (nullable): %NULL: removed */
  char *device_id;
  BhRole role;
  gboolean trusted;
  BhLevel level;
  BhReplicatorSend send;
  gpointer data;

  gboolean heard;         /* its full `have` has come */
  gboolean is_unread;     /* one that could not be read was told of */
  gboolean blocked;       /* its channel is full */
  BhLogPositions *known;  /* what it has or was sent */
  BhLogPositions *handed; /* what it hands over of logs that were not known yet */
  GTree *behind;          /* log ids, owned: where we have more; own first */
  GHashTable *rests;      /* log id -> BhReplicatorRest */
  GHashTable *reading;    /* log ids, owned: being read for it */
  GQueue forks;           /* of BhReplicatorFork, owned */
  GHashTable *told;       /* `<logId>:<seq>` of forks -> count of which it took all, owned */
  BhLogPositions *around; /* its own logs: the lowest seq from which they were sent again */
  GHashTable *given;      /* deviceId -> roles whose document it was given, as bits */
  BhReplicatorFlight flight[BH_REPLICATOR_WINDOW];
  guint n_flight, n_reading;
  gboolean is_pumping;
  BhSnapshotSender *snapshot;    /* (nullable) */
  BhLogPositions *snapshot_have; /* (nullable): what it has once that is there */
  gint64 reset_due_ms;           /* it may ask for one in place of all it has from then on */

  BhLogPositions *wanted; /* of which it said that it has more */
  gint64 wanted_due_ms;   /* 0: none */
  gint64 have_said_ms;    /* when the full `have` was last sent */
  gint64 have_due_ms;     /* when it is to be sent: repeated, or unheard; 0: not */
  gboolean awaits_have;   /* ours was said, and nothing heard since */
  gboolean have_changed;  /* since then */
  gboolean owes_have;     /* for want of room */
  BhReplicatorCheck check;
  GQueue outbox; /* of json_t: answers for want of room */
  guint n_takes;
};

/* Operations that a peer is to be sent, all variants of them, whatever it is known to have. */
typedef struct {
  char *log_id;
  gint64 from, to;
} BhReplicatorFork;

/* What a snapshot consists of; used again by those who ask at about the same time. */
typedef struct {
  GPtrArray *names;
  BhLogPositions *have;
  gint64 made_ms;
} BhReplicatorFrozen;

struct _BhReplicator {
  BhProperty *property;
  BhReplicatorClock clock;
  gpointer clock_data;
  GPtrArray *links; /* of BhReplicatorLink, owned */
  BhOperationCache *cache;
  BhTakeRate *rate;
  BhTakeRate *check_rate;                         /* of what peers ask to be compared */
  BhOperationBatch *shared[BH_REPLICATOR_SHARED]; /* (nullable): the last ones */
  guint next_shared;
  guint64 next_id;
  GHashTable *changed; /* log ids, owned: came from others, devices are not told yet */
  gint64 changed_due_ms;
  BhLogPositions *passed; /* what devices were told is safe */
  gint64 safe_due_ms;
  BhReplicatorFrozen frozen;
  gint64 next_due_ms; /* -1: no tick is wanted */
  gboolean is_ticking;
  void (*wakeup)(gpointer data);
  gpointer wakeup_data;
  json_t *printed; /* (nullable) */
  GBytes *print;   /* (nullable) */
  BhReplicatorFigures figures;
};

/* --- replicator.c --- */

gint64 bh_replicator_now_ms(BhReplicator *replicator);
/** bh_replicator_schedule: a tick is wanted at @due_ms. */
void bh_replicator_schedule(BhReplicator *replicator, gint64 due_ms);
/** bh_replicator_is_keeper: it checks and keeps everything for all: hub and cloud. */
gboolean bh_replicator_is_keeper(BhReplicator *replicator);
/** bh_replicator_new_id: Returns: (transfer full): of a message */
char *bh_replicator_new_id(BhReplicator *replicator, const char *prefix);

/* --- replicator-link.c --- */

BhReplicatorLink *bh_replicator_link_new(BhReplicator *replicator, const BhReplicatorPeer *peer,
                                         BhReplicatorSend send, gpointer data);
BhReplicatorLink *bh_replicator_link_ref(BhReplicatorLink *link);
void bh_replicator_link_unref(BhReplicatorLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhReplicatorLink, bh_replicator_link_unref)

/** bh_replicator_link_detach: it is removed: all that it kept goes. */
void bh_replicator_link_detach(BhReplicatorLink *link);

/** bh_replicator_link_send: Returns: %FALSE: there is no room, or it is removed */
gboolean bh_replicator_link_send(BhReplicatorLink *link, const json_t *message);
/** bh_replicator_link_answer: @message: (transfer full): kept where there is no room. */
void bh_replicator_link_answer(BhReplicatorLink *link, json_t *message);

void bh_replicator_link_ready(BhReplicatorLink *link);
void bh_replicator_link_tick(BhReplicatorLink *link, gint64 now_ms);
gint64 bh_replicator_link_get_due_ms(BhReplicatorLink *link);

/** bh_replicator_link_may_get: whether operations of this log may go to it. */
gboolean bh_replicator_link_may_get(BhReplicatorLink *link, const char *log_id);
/** bh_replicator_link_note_behind: @log_id is sent where we have more of it. */
void bh_replicator_link_note_behind(BhReplicatorLink *link, const char *log_id);
/** bh_replicator_link_note_all: as note_behind for all logs. */
void bh_replicator_link_note_all(BhReplicatorLink *link);
/** bh_replicator_link_rest: @log_id is not sent until then. */
void bh_replicator_link_rest(BhReplicatorLink *link, const char *log_id, gint64 until_ms);
/** bh_replicator_link_get_rest_ms: Returns: until when it rests; 0: it does not */
gint64 bh_replicator_link_get_rest_ms(BhReplicatorLink *link, const char *log_id);
/** bh_replicator_link_stall: the peer took nothing of it: longer each time. */
void bh_replicator_link_stall(BhReplicatorLink *link, const char *log_id);
/** bh_replicator_link_queue_fork: these are sent next, whatever was sent before. Returns: %FALSE:
 * too many wait */
gboolean bh_replicator_link_queue_fork(BhReplicatorLink *link, const char *log_id, gint64 from,
                                       gint64 to);
/** bh_replicator_link_note_fork: all variants of this identity are sent, unless it took as many as
 * there are since the link is there. */
void bh_replicator_link_note_fork(BhReplicatorLink *link, const char *log_id, gint64 seq);
/** bh_replicator_link_learn: the peer has @log_id up to @seq, whoever sent it that: of what was not
 * sent from here it may have one variant, where there are several. */
void bh_replicator_link_learn(BhReplicatorLink *link, const char *log_id, gint64 seq);
/**
 * bh_replicator_link_probe:
 *
 * @have: what it has said just now
 *
 * A device whose storage is a copy of another's, as a backup that was put
 * back, goes on in the same log; `have` of both says the same where the operations differ. So each
 * author is sent the last operation of its own logs that both have: it knows whether it wrote that.
 */
void bh_replicator_link_probe(BhReplicatorLink *link, BhLogPositions *have);
/** bh_replicator_link_note_told: @batch, of forks, was answered. */
void bh_replicator_link_note_told(BhReplicatorLink *link, const BhOperationBatch *batch);

/* --- replicator-have.c --- */

void bh_replicator_link_say_have(BhReplicatorLink *link);
/** bh_replicator_link_say_partial: @logs: (element-type utf8): log ids */
void bh_replicator_link_say_partial(BhReplicatorLink *link, GPtrArray *logs);
/** bh_replicator_link_plan_have: decides when it is said again. */
void bh_replicator_link_plan_have(BhReplicatorLink *link);
/** bh_replicator_link_ask_wanted: for what it has and did not push. */
void bh_replicator_link_ask_wanted(BhReplicatorLink *link);
void bh_replicator_link_hear_have(BhReplicatorLink *link, const json_t *message);

/* --- replicator-ack.c --- */

gboolean bh_replicator_link_hear_ack(BhReplicatorLink *link, const json_t *message);

/* --- replicator-push.c --- */

/** bh_replicator_link_pump: sends what may go now. */
void bh_replicator_link_pump(BhReplicatorLink *link);
/** bh_replicator_link_is_flying: whether some of @log_id is on its way, besides @but (nullable). */
gint64 bh_replicator_link_get_flying(BhReplicatorLink *link, const char *log_id);
/** bh_replicator_link_land: Returns: whether @ref was a batch on its way; @out: (out) it */
gboolean bh_replicator_link_land(BhReplicatorLink *link, const char *ref, BhReplicatorFlight *out);
void bh_replicator_flight_clear(BhReplicatorFlight *flight);
/** bh_replicator_link_expire: batches without an answer are forgotten. Returns: whether any was */
gboolean bh_replicator_link_expire(BhReplicatorLink *link, gint64 now_ms);

/* --- replicator-take.c --- */

void bh_replicator_link_hear_ops(BhReplicatorLink *link, const json_t *message);

/* --- replicator-check.c --- */

/** bh_replicator_link_is_to_hub: it is one of a replica to the proven hub. */
gboolean bh_replicator_link_is_to_hub(BhReplicatorLink *link);
/** bh_replicator_link_begin_check: @have: all that it said just now that it has. Nothing where it
 * is no hub. */
void bh_replicator_link_begin_check(BhReplicatorLink *link, BhLogPositions *have);
/** bh_replicator_link_note_same: it has these as they are here. Nothing where it is no hub. */
void bh_replicator_link_note_same(BhReplicatorLink *link, const char *log_id, gint64 from,
                                  gint64 to);
/** bh_replicator_link_note_refused: it took none of these of @log_id: it may have others. */
void bh_replicator_link_note_refused(BhReplicatorLink *link, const char *log_id);
/** bh_replicator_link_give_up_check: it will not take what differs of @log_id: it is not asked
 * about it before its next full `have`. */
void bh_replicator_link_give_up_check(BhReplicatorLink *link, const char *log_id);
/** bh_replicator_link_check_later: nothing where something is under way, or it is no hub. */
void bh_replicator_link_check_later(BhReplicatorLink *link, gint64 delay_ms);
void bh_replicator_link_tick_check(BhReplicatorLink *link, gint64 now_ms);
void bh_replicator_link_clear_check(BhReplicatorLink *link);
void bh_replicator_link_hear_check(BhReplicatorLink *link, const json_t *message);
void bh_replicator_link_hear_checked(BhReplicatorLink *link, const json_t *message);

/* --- replicator-snapshot.c --- */

/** bh_replicator_link_begin_snapshot: in place of operations, with @reset in place of all. */
void bh_replicator_link_begin_snapshot(BhReplicatorLink *link, gboolean reset);
/** bh_replicator_link_pump_snapshot: Returns: whether one is under way */
gboolean bh_replicator_link_pump_snapshot(BhReplicatorLink *link);
void bh_replicator_frozen_clear(BhReplicatorFrozen *frozen);
