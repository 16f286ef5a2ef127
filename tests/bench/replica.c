/* SPDX-License-Identifier: Apache-2.0 */
#include "replica.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "figures.h"
#include "pen.h"
#include "sqlite-backend.h"

static gint64
get_now_ms(gpointer data)
{
  const BenchReplica *replica = data;

  return replica->now_ms != 0 ? replica->now_ms : g_get_real_time() / 1000;
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;

  if (!bh_property_load_finish(BH_PROPERTY(source), result, &error))
    bench_die("%s", error->message);
  *(gboolean *)data = TRUE;
}

BenchReplica *
bench_replica_open(const char *folder, const BhStoreMigration *migrations, guint n_migrations,
                   BhLevel level, BhSignKey *key)
{
  BenchReplica *replica = g_new0(BenchReplica, 1);
  g_autoptr(BhSqliteBackend) backend = NULL;
  g_autofree char *device_id = g_uuid_string_random();
  g_autoptr(GError) error = NULL;
  gboolean is_loaded = FALSE;

  replica->folder = g_strdup(folder);
  replica->key = key != NULL ? bh_sign_key_ref(key) : bh_sign_key_new();
  replica->store = migrations != NULL ? bh_store_open(folder, migrations, n_migrations, &error)
                                      : bh_store_open(folder, bh_property_migrations,
                                                      bh_property_n_migrations, &error);
  if (replica->store == NULL)
    bench_die("%s", error->message);
  backend = bh_sqlite_backend_new(replica->store);

  BhPropertyConfig config = {.tenant_id = BENCH_TENANT,
                             .device_id = device_id,
                             .role = level == BH_LEVEL_HUB ? BH_ROLE_HUB : BH_ROLE_KITCHEN,
                             .level = level,
                             .signing = &bh_operation_signing_ed25519,
                             .key = replica->key,
                             .now_ms = get_now_ms,
                             .now_data = replica};
  memcpy(config.hub_key, bh_sign_key_get_public(replica->key), BH_OPERATION_KEY_BYTES);
  replica->property = bh_property_new(&config, BH_OPERATION_BACKEND(backend));
  bh_property_load_async(replica->property, load_cb, &is_loaded);
  while (!is_loaded)
    g_main_context_iteration(NULL, TRUE);
  return replica;
}

static void
take_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhTakeResult) taken = bh_property_take_finish(BH_PROPERTY(source), result, &error);

  if (taken == NULL)
    bench_die("%s", error->message);
  if (taken->refused->len > 0)
    bench_die("operations were refused");
  *(gboolean *)data = TRUE;
}

void
bench_replica_take(BenchReplica *replica, GPtrArray *operations)
{
  gboolean is_taken = FALSE;

  bh_property_take_async(replica->property, operations, NULL, TRUE, NULL, take_cb, &is_taken);
  while (!is_taken)
    g_main_context_iteration(NULL, TRUE);
}

void
bench_replica_close(BenchReplica *replica)
{
  bh_property_close(replica->property);
  bh_store_close(replica->store);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_object_unref(replica->property);
  g_object_unref(replica->store);
  bh_sign_key_unref(replica->key);
  g_free(replica->folder);
  g_free(replica);
}

char *
bench_folder_new(const char *under)
{
  char *folder =
      g_build_filename(under != NULL ? under : g_get_tmp_dir(), "bench-log-XXXXXX", NULL);

  if (g_mkdtemp(folder) == NULL)
    bench_die("%s: %s", folder, g_strerror(errno));
  return folder;
}

void
bench_folder_remove(char *folder)
{
  GDir *files = g_dir_open(folder, 0, NULL);
  const char *name;

  while (files != NULL && (name = g_dir_read_name(files)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_remove(path);
  }
  g_clear_pointer(&files, g_dir_close);
  g_rmdir(folder);
  g_free(folder);
}
