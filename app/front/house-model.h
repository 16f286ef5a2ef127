/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHouseModel: what window, tray and notifications know of the house, and the only one of them
 * that asks the hub, by the control API. Needs no display.
 *
 * It asks again every two seconds while somebody looks or the hub is away, every ten otherwise, and
 * not at all while there is no hub. Main context only.
 *
 * Signal `changed` (): an answer, or the hub's place, changed something.
 */
#pragma once

#include "house-list.h"
#include "hub-runner.h"

#define BH_TYPE_HOUSE_MODEL (bh_house_model_get_type())
G_DECLARE_FINAL_TYPE(BhHouseModel, bh_house_model, BH, HOUSE_MODEL, GObject)

typedef enum {
  BH_HOUSE_STARTING,
  BH_HOUSE_WELL,
  BH_HOUSE_ATTENTION, /* the house works, somebody should look at something */
  BH_HOUSE_PAUSED,
  BH_HOUSE_STOPPED, /* the hub of this process could not start */
  BH_HOUSE_LOST,    /* the hub of another process does not answer */
} BhHouseState;

/** bh_house_model_new: asks nothing before bh_house_model_set_place(). */
BhHouseModel *bh_house_model_new(const char *state_folder);

/** bh_house_model_set_place: where the hub is. @words: why it stopped */
void bh_house_model_set_place(BhHouseModel *model, BhHubPlace place, const char *words);

/** bh_house_model_set_watched: whether somebody looks at it. */
void bh_house_model_set_watched(BhHouseModel *model, gboolean watched);

/* What is asked only while somebody looks at it. */
typedef enum {
  BH_HOUSE_PART_JOBS,
  BH_HOUSE_PART_ORDERS,
  BH_N_HOUSE_PARTS,
} BhHousePart;

/** bh_house_model_hold_part: from now on, until it is released as often. */
void bh_house_model_hold_part(BhHouseModel *model, BhHousePart part);
void bh_house_model_release_part(BhHouseModel *model, BhHousePart part);

/** bh_house_model_refresh: asks now, as after an action. */
void bh_house_model_refresh(BhHouseModel *model);

/** bh_house_model_close: asks no more; what is under way is cancelled. May be called twice. */
void bh_house_model_close(BhHouseModel *model);

BhHouseState bh_house_model_get_state(BhHouseModel *model);
BhHubPlace bh_house_model_get_place(BhHouseModel *model);

/** bh_house_model_is_serving: whether the hub has answered and can be asked for more. */
gboolean bh_house_model_is_serving(BhHouseModel *model);

/** bh_house_model_get_sentence: Returns: (transfer none): how the house is, in one or two plain
 * sentences; valid until the next `changed` */
const char *bh_house_model_get_sentence(BhHouseModel *model);

/* The first of these sentences, and what follows it, which may be "". */
const char *bh_house_model_get_headline(BhHouseModel *model);
const char *bh_house_model_get_detail(BhHouseModel *model);

/** bh_house_model_get_status: Returns: (transfer none) (nullable): the last answer of
 * /api/v1/status, without how long the hub runs */
const json_t *bh_house_model_get_status(BhHouseModel *model);

/* Each: Returns: (transfer none): items as the control API lists them, keyed by `deviceId`,
 * `requestId`, `name` and `alertId` */
BhHouseList *bh_house_model_get_devices(BhHouseModel *model);
BhHouseList *bh_house_model_get_requests(BhHouseModel *model);
BhHouseList *bh_house_model_get_printers(BhHouseModel *model);
BhHouseList *bh_house_model_get_alerts(BhHouseModel *model);

/** bh_house_model_get_jobs: Returns: (transfer none): the newest print jobs, first; keyed as
 * bh_house_model_make_job_key() makes it. Asked only while BH_HOUSE_PART_JOBS is held. */
BhHouseList *bh_house_model_get_jobs(BhHouseModel *model);

/** bh_house_model_make_job_key: @job: an object with `deviceId` and `jobId`. Returns: (transfer
 * full) (nullable) */
char *bh_house_model_make_job_key(const json_t *job);

/** bh_house_model_get_doubts: Returns: print jobs of which nobody knows whether they came out */
guint bh_house_model_get_doubts(BhHouseModel *model);

/** bh_house_model_get_orders: Returns: (transfer none) (nullable): the last answer of
 * /api/v1/orders. Asked only while BH_HOUSE_PART_ORDERS is held. */
const json_t *bh_house_model_get_orders(BhHouseModel *model);

/* What is measured with each answer. */
typedef enum {
  BH_HOUSE_MEASURE_LATENCY,     /* until devices confirm a message, milliseconds */
  BH_HOUSE_MEASURE_LOCAL_SHARE, /* of operations that stayed in the house, per cent */
  BH_N_HOUSE_MEASURES,
} BhHouseMeasure;

/** bh_house_model_get_history: Returns: (transfer none): values, oldest first, NAN where nothing is
 * known; valid until the next `changed` */
const double *bh_house_model_get_history(BhHouseModel *model, BhHouseMeasure measure,
                                         guint *n_values);

/**
 * bh_house_model_call_async: an action. @body: (transfer full) (nullable): NULL for a GET; what the
 * lists say is asked anew afterwards.
 * @path: below "/api/v1/"
 */
void bh_house_model_call_async(BhHouseModel *model, const char *path, json_t *body,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);

/** bh_house_model_call_finish: Returns: (transfer full) (nullable): the answer; %NULL exactly when
 * @error is set: BH_CONTROL_ERROR in words for a person, or G_IO_ERROR_CANCELLED */
json_t *bh_house_model_call_finish(BhHouseModel *model, GAsyncResult *result, GError **error);
