/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include <glib/gstdio.h>

static BhSettings *
load(const char *text, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp("bellhop-settings-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "settings.ini", NULL);
  g_autoptr(BhSettings) settings = bh_settings_new(folder);
  gboolean loaded;

  g_assert_true(g_file_set_contents(path, text, -1, NULL));
  loaded = bh_settings_load(settings, error);
  g_unlink(path);
  g_rmdir(folder);
  return loaded ? g_steal_pointer(&settings) : NULL;
}

static void
test_file(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhSettings) settings =
      load("[hub]\nlisten=::1\nport=9000\nice-ports=50000-50100\ntenant=seaview\nopen=true\n"
           "[printers]\nreceipt=tcp://10.0.0.5:9100\nbar=tcp://10.0.0.6\n"
           "[limits]\npeers=12\n",
           &error);
  BhPrinterSetting *printer;

  g_assert_no_error(error);
  g_assert_cmpstr(settings->listen_address, ==, "::1");
  g_assert_cmpuint(settings->port, ==, 9000);
  g_assert_true(settings->port_chosen);
  g_assert_cmpuint(settings->ice_port_min, ==, 50000);
  g_assert_cmpuint(settings->ice_port_max, ==, 50100);
  g_assert_cmpstr(settings->tenant_id, ==, "seaview");
  g_assert_true(settings->open);
  g_assert_cmpuint(settings->printers->len, ==, 2);
  printer = settings->printers->pdata[0];
  g_assert_cmpstr(printer->name, ==, "receipt");
  g_assert_cmpstr(printer->uri, ==, "tcp://10.0.0.5:9100");
  g_assert_cmpuint(bh_limit_set_get(&settings->limits, BH_LIMIT_PEERS), ==, 12);
  g_assert_true(bh_settings_check(settings, &error));

  /* The command line comes later and replaces. */
  g_assert_true(bh_settings_add_printer(settings, "receipt=tcp://10.0.0.9", &error));
  g_assert_cmpuint(settings->printers->len, ==, 2);
  g_assert_cmpstr(printer->uri, ==, "tcp://10.0.0.9");
}

static void
test_file_refused(void)
{
  static const char *const texts[] = {
      "no group",
      "[hub]\nport=70000\n",
      "[hub]\nport=x\n",
      "[limits]\npeers=0\n",
      "[limits]\nunknown=1\n",
      "[hub]\nice-ports=5000\n",
      "[hub]\nice-ports=6000-5000\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(load(texts[i], &error));
    g_assert_nonnull(error);
    g_assert_nonnull(g_strrstr(error->message, "settings.ini")); /* says where to mend it */
  }
}

static void
test_open_is_for_loopback(void)
{
  static const struct {
    const char *address;
    gboolean open, good;
  } cases[] = {
      {"127.0.0.1", TRUE, TRUE}, {"127.8.9.1", TRUE, TRUE},  {"::1", TRUE, TRUE},
      {"0.0.0.0", TRUE, FALSE},  {"::", TRUE, FALSE},        {"192.168.1.4", TRUE, FALSE},
      {"0.0.0.0", FALSE, TRUE},  {"localhost", TRUE, FALSE}, {"", FALSE, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(BhSettings) settings = bh_settings_new("/nowhere");
    g_autoptr(GError) error = NULL;

    g_free(settings->listen_address);
    settings->listen_address = g_strdup(cases[i].address);
    settings->open = cases[i].open;
    g_assert_cmpint(bh_settings_check(settings, &error), ==, cases[i].good);
    g_assert_cmpint(error == NULL, ==, cases[i].good);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/settings/file", test_file);
  g_test_add_func("/settings/file-refused", test_file_refused);
  g_test_add_func("/settings/open-is-for-loopback", test_open_is_for_loopback);
  return g_test_run();
}
