/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCloudBook: what hubs have told a cloud of their properties: the signed revocations, and where
 * else the property is signaled. Kept by room, and beyond it: a device that was removed must not
 * come in while its hub happens to be away.
 *
 * In memory only, and bounded: the one that was asked for longest ago goes first, those of open
 * rooms last; its hub tells it anew when it comes back.
 */
#pragma once

#include "json-text.h"
#include "revocations.h"

#define BH_CLOUD_BOOK_MAX_BYTES ((gsize)64 * 1024 * 1024)

typedef struct _BhCloudBook BhCloudBook;

/** bh_cloud_book_new: @max_entries: rooms that something is kept of, open ones and others */
BhCloudBook *bh_cloud_book_new(guint64 max_entries);
void bh_cloud_book_free(BhCloudBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhCloudBook, bh_cloud_book_free)

/** bh_cloud_book_open: somebody is in the room @key now; its entry is not forgotten. */
void bh_cloud_book_open(BhCloudBook *book, const char *key);

/** bh_cloud_book_close: nobody is. */
void bh_cloud_book_close(BhCloudBook *book, const char *key);

/**
 * bh_cloud_book_put_revocations:
 * @document: (transfer none): of which @revocations were read
 * @revocations: (transfer full):
 *
 * Returns: %FALSE: it is older than what is kept, or there is no room for it; nothing has changed
 */
gboolean bh_cloud_book_put_revocations(BhCloudBook *book, const char *key, json_t *document,
                                       BhRevocations *revocations);

/** bh_cloud_book_put_servers: @servers: (transfer none): a judged array */
gboolean bh_cloud_book_put_servers(BhCloudBook *book, const char *key, json_t *servers);

/** bh_cloud_book_get_revocations: Returns: (transfer none) (nullable): */
const BhRevocations *bh_cloud_book_get_revocations(BhCloudBook *book, const char *key);

/** bh_cloud_book_get_document: Returns: (transfer none) (nullable): the revocations as signed */
json_t *bh_cloud_book_get_document(BhCloudBook *book, const char *key);

/** bh_cloud_book_get_servers: Returns: (transfer none) (nullable): */
json_t *bh_cloud_book_get_servers(BhCloudBook *book, const char *key);

/** bh_cloud_book_count: Returns: rooms that something is kept of */
guint bh_cloud_book_count(const BhCloudBook *book);
