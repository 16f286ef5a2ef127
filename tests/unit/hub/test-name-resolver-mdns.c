/* SPDX-License-Identifier: Apache-2.0 */
#include "name-resolver-mdns.h"

#define UUID "8c5f0a52-3d0d-4c63-9a4e-1f2b3c4d5e6f"

/* --- a network in which every name leads to one address, and who asks is counted --- */

#define FAKE_TYPE_RESOLVER (fake_resolver_get_type())
G_DECLARE_FINAL_TYPE(FakeResolver, fake_resolver, FAKE, RESOLVER, GObject)

struct _FakeResolver {
  GObject parent_instance;

  guint asked;
  gboolean fails;
};

static void
fake_resolve_async(BhMdnsResolver *resolver, const char *name, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  FakeResolver *self = FAKE_RESOLVER(resolver);
  g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);

  self->asked++;
  if (self->fails)
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "Nobody.");
  else
    g_task_return_pointer(task, g_inet_address_new_from_string("192.168.1.7"), g_object_unref);
}

static GInetAddress *
fake_resolve_finish(BhMdnsResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}

static void
fake_resolver_iface_init(BhMdnsResolverInterface *iface)
{
  iface->resolve_async = fake_resolve_async;
  iface->resolve_finish = fake_resolve_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(FakeResolver, fake_resolver, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_MDNS_RESOLVER,
                                                    fake_resolver_iface_init))

static void
fake_resolver_class_init(FakeResolverClass *klass)
{
}

static void
fake_resolver_init(FakeResolver *self)
{
}

static void
on_resolved(GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref(result);
}

/* Returns: (transfer full) (nullable): the address as text */
static char *
resolve(BhNameResolver *resolver, const char *name)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GInetAddress) address = NULL;
  g_autoptr(GError) error = NULL;

  bh_name_resolver_resolve_async(resolver, name, NULL, on_resolved, &result);
  while (result == NULL)
    g_main_context_iteration(NULL, TRUE);
  address = bh_name_resolver_resolve_finish(resolver, result, &error);
  g_assert_true((address == NULL) == (error != NULL));
  return address != NULL ? g_inet_address_to_string(address) : NULL;
}

/* Whoever is in the house could otherwise have us ask the network for anything. */
static void
test_only_names_of_candidates(void)
{
  static const char *const others[] = {"",
                                       ".local",
                                       "printer.local",
                                       "signaling.local",
                                       UUID,
                                       UUID ".example",
                                       UUID ".local.",
                                       "x." UUID ".local",
                                       "8c5f0a52-3d0d-4c63-9a4e-1f2b3c4d5e6.local",
                                       "8c5f0a52-3d0d-4c63-9a4e-1f2b3c4d5e6g.local"};
  g_autoptr(FakeResolver) fake = g_object_new(FAKE_TYPE_RESOLVER, NULL);
  g_autoptr(BhNameResolver) resolver = bh_name_resolver_mdns_new(BH_MDNS_RESOLVER(fake));
  g_autofree char *address = resolve(resolver, UUID ".local");
  g_autofree char *upper = resolve(resolver, "8C5F0A52-3D0D-4C63-9A4E-1F2B3C4D5E6F.LOCAL");

  g_assert_cmpstr(address, ==, "192.168.1.7");
  g_assert_cmpstr(upper, ==, "192.168.1.7");
  g_assert_cmpuint(fake->asked, ==, 2);
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
    g_assert_null(resolve(resolver, others[i]));
  g_assert_cmpuint(fake->asked, ==, 2);
  fake->fails = TRUE;
  g_assert_null(resolve(resolver, UUID ".local"));
  g_assert_cmpuint(bh_name_resolver_mdns_get_count(BH_NAME_RESOLVER_MDNS(resolver)), ==, 2);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/name-resolver-mdns/only-names-of-candidates", test_only_names_of_candidates);
  return g_test_run();
}
