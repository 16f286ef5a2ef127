/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPictureCache: the pictures asked for last, in memory. When a room full of guests opens the menu
 * at once, orders do not wait behind the reading of pictures.
 *
 * A plain struct; one main context.
 */
#pragma once

#include <glib.h>

/* Of all that is kept; one that is larger is not. */
#define BH_PICTURE_CACHE_BYTES (16 * 1024 * 1024)

typedef struct _BhPictureCache BhPictureCache;

BhPictureCache *bh_picture_cache_new(gsize max_bytes);
void bh_picture_cache_free(BhPictureCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhPictureCache, bh_picture_cache_free)

/** bh_picture_cache_find: Returns: (transfer none) (nullable): until the next call */
GBytes *bh_picture_cache_find(BhPictureCache *cache, const char *picture_id);

/** bh_picture_cache_put: makes room by letting go of what was asked for longest ago. */
void bh_picture_cache_put(BhPictureCache *cache, const char *picture_id, GBytes *content);

void bh_picture_cache_drop(BhPictureCache *cache, const char *picture_id);
