/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSeatingChange: one change of the seating book: what it writes, and what it then does to the
 * map. The rules of seatings are here; no I/O and no clock. Private to the room.
 */
#pragma once

#include "seating-map.h"
#include "write-list.h"

typedef enum {
  BH_SEATING_ADD_PLACE,    /* kind, name, now_ms -> place_id */
  BH_SEATING_REMOVE_PLACE, /* place_id */
  BH_SEATING_RENEW_PLACE,  /* place_id */
  BH_SEATING_OPEN_PLACE,   /* place_id, now_ms */
  BH_SEATING_CONFIRM,      /* place_id, now_ms */
  BH_SEATING_CLEAR,        /* place_id */
  BH_SEATING_BEGIN,        /* code, secret, now_ms, run_ms -> secret, answer */
  BH_SEATING_REQUEST,      /* guest_device_id, now_ms -> guest_state */
  BH_SEATING_EXPIRE,       /* run_ms */
} BhSeatingChangeKind;

typedef struct {
  BhSeatingChangeKind kind;
  gint64 now_ms; /* UTC */
  gint64 run_ms; /* of the clock that runs on */
  /* In, as far as the kind has them; owned. */
  char *place_id; /* out with ADD_PLACE */
  char *place_kind;
  char *name;
  char *code;   /* foreign */
  char *secret; /* (nullable): in: foreign; out: of the session that there is now */
  char *guest_device_id;
  /* Out, once it is applied, or there was nothing to write. */
  json_t *answer;
  BhGuestState guest_state;
  GPtrArray *places; /* ids of those that changed */
  GPtrArray *guests; /* ids of the sessions that changed or ended */
  /* Between prepare and apply. */
  guint8 fresh[16]; /* a new code */
  char *seating_id;
  BhGuestSession *session; /* (nullable): new */
  GPtrArray *ending;       /* ids of sessions */
  GPtrArray *closing;      /* ids of places whose seating ends with them */
} BhSeatingChange;

BhSeatingChange *bh_seating_change_new(BhSeatingChangeKind kind, gint64 now_ms);

/** bh_seating_change_free: wipes the secret. */
void bh_seating_change_free(BhSeatingChange *change);

/**
 * bh_seating_change_prepare:
 * @list: empty; stays so where nothing is to be written: it is all so already
 *
 * Returns: %FALSE exactly when @error is set (BH_SEATING_ERROR): it may not be done
 */
gboolean bh_seating_change_prepare(BhSeatingChange *change, BhSeatingMap *map, BhWriteList *list,
                                   GError **error);

/** bh_seating_change_apply: after the commit. @map is as it was when the change was prepared. */
void bh_seating_change_apply(BhSeatingChange *change, BhSeatingMap *map);

/**
 * bh_seating_change_resumes: whether BEGIN with these finds a session that goes on as it is.
 * @secret: (nullable):
 */
BhGuestSession *bh_seating_change_resumes(BhSeatingMap *map, const char *code, const char *secret);
