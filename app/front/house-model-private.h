/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of BhHouseModel alone: its fields, and what its three files ask of each other. house-round asks
 * the hub, house-judgement says what the answers come to, house-model keeps and tells it.
 */
#pragma once

#include "control-client.h"
#include "house-history.h"
#include "house-model.h"

/* What is asked, in this order: when the first has no answer the others are not asked. The first
 * counts what devices do, and says how printers are and how many alerts there are: as long as it
 * says the same, the others are asked as seldom as when nobody looks, or when something is done
 * here. */
typedef enum {
  BH_QUESTION_STATUS,
  BH_QUESTION_DEVICES,
  BH_QUESTION_REQUESTS,
  BH_QUESTION_PRINTERS,
  BH_QUESTION_ALERTS,
  BH_QUESTION_JOBS,
  BH_QUESTION_ORDERS,
  BH_QUESTION_BACKUP,
  BH_N_QUESTIONS,
} BhQuestion;

struct _BhHouseModel {
  GObject parent_instance;

  BhControlClient *client;
  GCancellable *cancellable; /* of the round of questions; triggered when there is nobody to ask */
  GSource *clock;            /* (nullable): to the next round */
  gboolean watched;
  gboolean asking;
  gboolean ask_again; /* something was done while a round was under way */
  gboolean closed;
  guint n_holds[BH_N_QUESTIONS]; /* of those that are asked only while somebody looks at them */
  gboolean has_judged;           /* since the hub came: the first round is a short one */
  gint64 backup_due_us;          /* monotonic */
  gint64 whole_due_us;           /* monotonic: a round of more than the first question */
  gboolean is_whole;             /* the round under way is one */
  gboolean is_other;             /* something is known that `changed` has not told */
  gint64 told_us;                /* when it told last; monotonic */

  BhHubPlace place;
  BhHouseState state;
  char *headline, *detail, *sentence;
  json_t *status;                     /* (nullable) */
  json_t *orders;                     /* (nullable) */
  json_t *backup;                     /* (nullable) */
  BhHouseList *lists[BH_N_QUESTIONS]; /* all but those of BH_QUESTION_STATUS, BH_QUESTION_ORDERS and
                                         BH_QUESTION_BACKUP */
  BhHouseHistory history[BH_N_HOUSE_MEASURES];
};

/** bh_house_model_set_state: tells it, where it is another one. @headline, @detail: (transfer
 * full): whole sentences; @detail may be "" */
void bh_house_model_set_state(BhHouseModel *model, BhHouseState state, char *headline,
                              char *detail);

/* --- house-round --- */

/** bh_house_model_make_lists: empty ones, for all questions that have a list for an answer. */
void bh_house_model_make_lists(BhHouseModel *model);

/** bh_house_model_ask_all: everything, and now; after the round that is under way. */
void bh_house_model_ask_all(BhHouseModel *model);

/** bh_house_model_stop_asking: the round under way counts no more, and no other follows it. */
void bh_house_model_stop_asking(BhHouseModel *model);

/* --- house-judgement --- */

/** bh_house_model_judge: sets the state that the last answers come to. */
void bh_house_model_judge(BhHouseModel *model);

/** bh_house_model_has_failed_backup: whether the last one failed and none has been made since. */
gboolean bh_house_model_has_failed_backup(BhHouseModel *model);
