/* SPDX-License-Identifier: Apache-2.0 */
#include "settings-file.h"

#include <glib/gstdio.h>
#include <string.h>

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
           "https-port=0\nname= Sea View \ntls-certificate=/c.pem\ntls-key=/k.pem\n"
           "guest-networks=10.1.0.0/16, fd12::/48;10.9.9.9\ntrusted-proxies=10.0.0.2\n"
           "discovery=Yes\ngreengrass=true\n"
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
  g_assert_cmpuint(settings->https_port, ==, 0);
  g_assert_true(settings->https_port_chosen);
  g_assert_cmpstr(settings->name, ==, "Sea View");
  g_assert_cmpstr(settings->tls_certificate, ==, "/c.pem");
  g_assert_cmpstr(settings->tls_key, ==, "/k.pem");
  g_assert_cmpuint(bh_address_set_get_size(settings->guest_networks), ==, 3);
  g_assert_true(bh_address_set_contains(settings->guest_networks, "fd12::7"));
  g_assert_true(bh_address_set_contains(settings->trusted_proxies, "10.0.0.2"));
  g_assert_false(bh_address_set_contains(settings->trusted_proxies, "10.0.0.3"));
  g_assert_true(settings->greengrass);
  g_assert_true(bh_settings_uses_discovery(settings)); /* on loopback too: somebody asked for it */
  g_assert_cmpuint(settings->printers->len, ==, 2);
  printer = settings->printers->pdata[0];
  g_assert_cmpstr(printer->name, ==, "receipt");
  g_assert_cmpstr(printer->uri, ==, "tcp://10.0.0.5:9100");
  g_assert_cmpuint(bh_limit_set_get(&settings->limits, BH_LIMIT_PEERS), ==, 12);
  g_assert_true(bh_settings_complete(settings, &error));
  g_assert_cmpstr(settings->listen_address, ==, "::1");

  /* The command line comes later and replaces. */
  g_assert_true(bh_settings_add_printer(settings, "receipt=tcp://10.0.0.9", &error));
  g_assert_cmpuint(settings->printers->len, ==, 2);
  g_assert_cmpstr(printer->uri, ==, "tcp://10.0.0.9");
  g_assert_true(bh_settings_set(settings, "guest-networks", "10.7.0.0/16", &error));
  g_assert_false(bh_address_set_contains(settings->guest_networks, "10.9.9.9"));
}

static void
test_defaults(void)
{
  g_autoptr(BhSettings) settings = bh_settings_new("/nowhere");
  g_autoptr(GError) error = NULL;

  g_assert_true(bh_settings_complete(settings, &error));
  g_assert_false(settings->open);
  g_assert_true(g_str_equal(settings->listen_address, "::") ||
                g_str_equal(settings->listen_address, "0.0.0.0"));
  g_assert_cmpuint(settings->port, ==, 8080);
  g_assert_cmpuint(settings->https_port, ==, 8443);
  g_assert_false(settings->port_chosen || settings->https_port_chosen);
  g_assert_cmpstr(settings->name, !=, "");
  g_assert_cmpint(g_utf8_strlen(settings->name, -1), <=, BH_SETTINGS_MAX_NAME_CHARS);
  g_assert_false(settings->greengrass);
  g_assert_true(bh_settings_uses_discovery(settings));
  g_assert_true(bh_settings_set(settings, "listen", "127.0.0.1", &error));
  g_assert_false(bh_settings_uses_discovery(settings));
  g_assert_null(settings->tls_certificate);
  g_assert_cmpuint(bh_address_set_get_size(settings->guest_networks), ==, 0);
}

/* What a form lets a person type is counted as a person counts. */
static void
test_long_name(void)
{
  g_autoptr(BhSettings) settings = bh_settings_new("/nowhere");
  g_autoptr(GString) name = g_string_new(NULL);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < BH_SETTINGS_MAX_NAME_CHARS; i++)
    g_string_append(name, "\u00f6");
  g_assert_true(bh_settings_set(settings, "name", name->str, &error));
  g_assert_no_error(error);
  g_assert_cmpstr(settings->name, ==, name->str);
  g_string_append_c(name, 'x');
  g_assert_false(bh_settings_set(settings, "name", name->str, &error));
  g_assert_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE);
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
      "[hub]\nhttps-port=70000\n",
      "[hub]\ndiscovery=perhaps\n",
      "[hub]\ngreengrass=\n",
      "[hub]\nname=\n",
      "[hub]\nname=a\\tb\n",
      "[hub]\nname=0123456789012345678901234567890123456789012345678901234567890123x\n",
      "[hub]\nguest-networks=10.0.0.0/8, home\n",
      "[hub]\ntrusted-proxies=10.0.0.0/33\n",
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

/* On loopback a hub is not open by itself, and an open one keeps to it where nobody chose. */
static void
test_open_is_only_what_is_said(void)
{
  g_autoptr(BhSettings) local = bh_settings_new("/nowhere");
  g_autoptr(BhSettings) open = bh_settings_new("/nowhere");
  g_autoptr(BhSettings) chosen = bh_settings_new("/nowhere");
  g_autoptr(GError) error = NULL;

  g_assert_true(bh_settings_set(local, "listen", "127.0.0.1", &error));
  g_assert_true(bh_settings_complete(local, &error));
  g_assert_false(local->open);

  open->open = TRUE;
  g_assert_true(bh_settings_complete(open, &error));
  g_assert_cmpstr(open->listen_address, ==, "127.0.0.1");

  chosen->open = TRUE;
  g_assert_true(bh_settings_set(chosen, "listen", "::", &error));
  g_assert_false(bh_settings_complete(chosen, &error));
  g_assert_error(error, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE);
}

static void
test_what_belongs_together(void)
{
  static const struct {
    const char *key, *value, *other_key, *other_value;
    gboolean good;
  } cases[] = {
      {"tls-certificate", "c.pem", "tls-key", "k.pem", TRUE},
      {"tls-certificate", "c.pem", NULL, NULL, FALSE},
      {"tls-key", "k.pem", NULL, NULL, FALSE},
      {"port", "8443", NULL, NULL, TRUE},
      {"port", "9000", "https-port", "9000", FALSE},
      {"port", "0", "https-port", "0", TRUE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(BhSettings) settings = bh_settings_new("/nowhere");
    g_autoptr(GError) error = NULL;

    g_assert_true(bh_settings_set(settings, cases[i].key, cases[i].value, NULL));
    if (cases[i].other_key != NULL)
      g_assert_true(bh_settings_set(settings, cases[i].other_key, cases[i].other_value, NULL));
    g_assert_cmpint(bh_settings_complete(settings, &error), ==, cases[i].good);
    g_assert_cmpint(error == NULL, ==, cases[i].good);
  }
}

static void
test_clouds(void)
{
  static const char *const bad[] = {"https://cloud.example/",
                                    "ws://cloud.example/signal",
                                    "wss://",
                                    "cloud.example",
                                    "wss://me:secret@cloud.example/",
                                    "wss://a,wss://b,wss://c,wss://d,wss://e"};
  BhSettings *settings = bh_settings_new("/nowhere");
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint(g_strv_length(settings->cloud), ==, 0);
  g_assert_true(bh_settings_set(settings, "cloud",
                                "wss://one.example/signal, ws://127.0.0.1:8080;wss://[2001:db8::1]",
                                &error));
  g_assert_no_error(error);
  g_assert_cmpuint(g_strv_length(settings->cloud), ==, 3);
  g_assert_cmpstr(settings->cloud[0], ==, "wss://one.example/signal");
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) problem = NULL;

    g_assert_false(bh_settings_set(settings, "cloud", bad[i], &problem));
    g_assert_error(problem, BH_SETTINGS_ERROR, BH_SETTINGS_ERROR_VALUE);
  }
  g_assert_cmpuint(g_strv_length(settings->cloud), ==, 3);
  bh_settings_free(settings);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/settings/file", test_file);
  g_test_add_func("/settings/defaults", test_defaults);
  g_test_add_func("/settings/long-name", test_long_name);
  g_test_add_func("/settings/file-refused", test_file_refused);
  g_test_add_func("/settings/open-is-for-loopback", test_open_is_for_loopback);
  g_test_add_func("/settings/open-is-only-what-is-said", test_open_is_only_what_is_said);
  g_test_add_func("/settings/what-belongs-together", test_what_belongs_together);
  g_test_add_func("/settings/clouds", test_clouds);
  return g_test_run();
}
