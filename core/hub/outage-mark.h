/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outage-mark: how far the desk was told, by this run or another, of what was the kitchen's before
 * a start: a UTC time in the store.
 */
#pragma once

#include "store.h"

/** bh_outage_mark_read_async: what cannot be read is no error, see the finish. */
void bh_outage_mark_read_async(BhStore *store, GAsyncReadyCallback callback, gpointer user_data);

/** bh_outage_mark_read_finish: Returns: 0: it was never told, or it cannot be read */
gint64 bh_outage_mark_read_finish(BhStore *store, GAsyncResult *result);

/** bh_outage_mark_write: where that does not work the next start tells again. */
void bh_outage_mark_write(BhStore *store, gint64 told_ms);
