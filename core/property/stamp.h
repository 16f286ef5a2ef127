/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhStamp: when and where something was written: hybrid time, log and place in it. Stamps of
 * different operations differ (but for forks of one identity), and all replicas order them alike.
 *
 * A plain value; copy it by assignment.
 */
#pragma once

#include "operation.h"

typedef struct {
  gint64 ms; /* hybrid time, UTC */
  guint32 counter;
  gint64 seq;
  char log_id[BH_OPERATION_LOG_ID_BYTES + 1];
} BhStamp;

/* `<logId>:<seq>` and NUL. */
#define BH_STAMP_NAME_BYTES (BH_OPERATION_LOG_ID_BYTES + 1 + 16 + 1)

/** bh_stamp_init: the stamp of @op, which is no stub. */
void bh_stamp_init(BhStamp *stamp, const BhOperation *op);

/** bh_stamp_compare: by time, counter, log id, seq. Returns: as strcmp() */
int bh_stamp_compare(const BhStamp *a, const BhStamp *b);

/**
 * bh_stamp_get_name:
 * @out: of BH_STAMP_NAME_BYTES: `<logId>:<seq>`
 *
 * Returns: @out
 */
const char *bh_stamp_get_name(const BhStamp *stamp, char *out);
