/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor-nft.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever the rules are, there is a verdict, and soon. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  BhDoctorFirewall verdict = bh_doctor_nft_judge((const char *)data, size, 8080, "192.168.1.20");

  g_assert_cmpint(verdict, >=, BH_DOCTOR_FIREWALL_UNKNOWN);
  g_assert_cmpint(verdict, <=, BH_DOCTOR_FIREWALL_ACTIVE);
  return 0;
}
