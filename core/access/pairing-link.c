/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "pairing-link.h"

#include <string.h>

#include "device-rows.h"
#include "digest.h"
#include "id.h"
#include "pairing-error.h"
#include "statement.h"

BhPairingLink *
bh_pairing_link_new(BhRole role, const char *name, const char *made_by, gint64 expires_ms)
{
  BhPairingLink *link = g_new0(BhPairingLink, 1);
  g_auto(BhPairingKeys) keys = {0};

  bh_id_random(link->secret, sizeof link->secret);
  bh_pairing_keys_derive(&keys, link->secret);
  link->link_id = g_strdup(keys.link_id);
  link->role = role;
  link->name = g_strdup(name);
  link->made_by = g_strdup(made_by);
  link->expires_ms = expires_ms;
  return link;
}

BhPairingLink *
bh_pairing_link_copy(const BhPairingLink *link)
{
  BhPairingLink *copy = g_new(BhPairingLink, 1);

  *copy = *link;
  copy->link_id = g_strdup(link->link_id);
  copy->name = g_strdup(link->name);
  copy->made_by = g_strdup(link->made_by);
  return copy;
}

void
bh_pairing_link_free(BhPairingLink *link)
{
  if (link == NULL)
    return;
  bh_digest_wipe(link->secret, sizeof link->secret);
  g_free(link->link_id);
  g_free(link->name);
  g_free(link->made_by);
  g_free(link);
}

/* Insert and load ---------------------------------------------------------------------------- */

gboolean
bh_pairing_link_run_insert(sqlite3 *db, gpointer data, GError **error)
{
  const BhPairingLink *link = data;
  g_autoptr(BhStatement) insert =
      bh_statement_new(db,
                       "INSERT INTO pairing_link (link_id, secret, role, name, expires_ms, made_by)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                       error);

  if (insert == NULL)
    return FALSE;
  bh_statement_bind_text(insert, 1, link->link_id);
  bh_statement_bind_bytes(insert, 2, link->secret, sizeof link->secret);
  bh_statement_bind_text(insert, 3, bh_role_get_name(link->role));
  bh_statement_bind_text(insert, 4, link->name);
  sqlite3_bind_int64(insert, 5, link->expires_ms);
  bh_statement_bind_text(insert, 6, link->made_by);
  return bh_store_step(db, insert, error);
}

gboolean
bh_pairing_link_run_load(sqlite3 *db, gpointer data, GError **error)
{
  GPtrArray *links = data;
  GError *problem = NULL;
  g_autoptr(BhStatement) find =
      bh_statement_new(db,
                       "SELECT link_id, secret, role, name, expires_ms, used_ms, made_by"
                       " FROM pairing_link ORDER BY expires_ms",
                       error);

  g_ptr_array_set_size(links, 0);
  if (find == NULL)
    return FALSE;
  while (bh_statement_next(find, &problem)) {
    BhPairingLink *link = g_new0(BhPairingLink, 1);

    link->link_id = bh_statement_dup_text(find, 0);
    link->role = bh_role_from_name((const char *)sqlite3_column_text(find, 2));
    link->name = bh_statement_dup_text(find, 3);
    link->expires_ms = sqlite3_column_int64(find, 4);
    link->used_ms = sqlite3_column_int64(find, 5);
    link->made_by = bh_statement_dup_text(find, 6);
    link->state = link->used_ms > 0 ? BH_PAIRING_LINK_USED : BH_PAIRING_LINK_OPEN;
    if (!bh_statement_copy_bytes(find, 1, link->secret, sizeof link->secret))
      link->state = BH_PAIRING_LINK_EXPIRED;
    g_ptr_array_add(links, link);
  }
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* Pair --------------------------------------------------------------------------------------- */

void
bh_pairing_use_free(BhPairingUse *use)
{
  g_free(use->link_id);
  g_clear_pointer(&use->device, bh_device_unref);
  g_clear_pointer(&use->before, bh_device_unref);
  g_free(use);
}

/* The link's row says that it is still there and unused: nothing else may use it up. */
static gboolean
mark_used(sqlite3 *db, const BhPairingUse *use, GError **error)
{
  g_autoptr(BhStatement) update = bh_statement_new(
      db, "UPDATE pairing_link SET used_ms = ?2 WHERE link_id = ?1 AND used_ms = 0", error);

  if (update == NULL)
    return FALSE;
  bh_statement_bind_text(update, 1, use->link_id);
  sqlite3_bind_int64(update, 2, MAX(use->now_ms, 1));
  if (!bh_store_step(db, update, error))
    return FALSE;
  if (sqlite3_changes(db) == 1)
    return TRUE;
  g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_LINK_UNKNOWN, "there is no such link");
  return FALSE;
}

gboolean
bh_pairing_link_run_pair(sqlite3 *db, gpointer data, GError **error)
{
  BhPairingUse *use = data;
  GError *problem = NULL;

  g_clear_pointer(&use->before, bh_device_unref);
  use->before = bh_device_rows_find_by_link(db, use->link_id, &problem);
  if (problem != NULL) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  if (use->before == NULL)
    return mark_used(db, use, error) && bh_device_rows_insert(db, use->device, error);
  if (use->before->revoked_ms == 0 &&
      bh_digest_equal(use->before->public_key, use->device->public_key, BH_DEVICE_KEY_BYTES))
    return TRUE;
  g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_LINK_USED,
              "another device has used this link");
  return FALSE;
}

/* Tidy --------------------------------------------------------------------------------------- */

BhPairingTidy *
bh_pairing_tidy_new(gint64 forget_before_ms)
{
  BhPairingTidy *tidy = g_new0(BhPairingTidy, 1);

  tidy->expired = g_ptr_array_new_with_free_func(g_free);
  tidy->forget_before_ms = forget_before_ms;
  return tidy;
}

void
bh_pairing_tidy_free(BhPairingTidy *tidy)
{
  g_ptr_array_unref(tidy->expired);
  g_free(tidy);
}

gboolean
bh_pairing_link_run_tidy(sqlite3 *db, gpointer data, GError **error)
{
  const BhPairingTidy *tidy = data;
  g_autoptr(BhStatement) wipe = bh_statement_new(
      db, "UPDATE pairing_link SET secret = NULL WHERE link_id = ?1 AND used_ms = 0", error);
  g_autoptr(BhStatement) forget =
      wipe == NULL ? NULL
                   : bh_statement_new(
                         db, "DELETE FROM pairing_link WHERE max(expires_ms, used_ms) < ?1", error);

  if (forget == NULL)
    return FALSE;
  for (guint i = 0; i < tidy->expired->len; i++) {
    bh_statement_bind_text(wipe, 1, tidy->expired->pdata[i]);
    if (!bh_store_step(db, wipe, error))
      return FALSE;
  }
  sqlite3_bind_int64(forget, 1, tidy->forget_before_ms);
  return bh_store_step(db, forget, error);
}

gboolean
bh_pairing_link_run_restored(sqlite3 *db, gpointer data, GError **error)
{
  g_autoptr(BhStatement) forget =
      bh_statement_new(db, "DELETE FROM pairing_link WHERE used_ms = 0", error);

  return forget != NULL && bh_store_step(db, forget, error);
}
