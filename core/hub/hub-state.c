/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "hub-state.h"

char *
bh_hub_state_describe_device(const BhHubState *state, const char *device_id)
{
  const BhDevice *device =
      device_id != NULL ? bh_device_book_find(state->devices, device_id) : NULL;
  const char *person = bh_person_book_get_signed_in_name(state->people, device_id);

  if (device == NULL)
    return NULL;
  return person != NULL ? g_strdup_printf("%s (%s)", person, device->name) : g_strdup(device->name);
}

char *
bh_hub_state_describe_member(const BhHubState *state, BhMember *member)
{
  return bh_hub_state_describe_device(state, bh_member_get_device_id(member));
}
