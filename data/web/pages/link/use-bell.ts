// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "preact/hooks";

import { chime, isChimeReady, keepChimeReady, onChimeReady } from "./chime";

/**
 * Whether the bell can ring. The first touch of whatever on the page readies it, where it is wanted.
 *
 * @param isTried it is struck once as soon as it can ring
 */
export function useBell(isWanted: boolean, isTried = false): boolean {
  const [ready, setReady] = useState(isChimeReady);
  useEffect(
    () =>
      onChimeReady(() => {
        setReady(isChimeReady());
        // So that one hears how loud it is.
        if (isTried && isChimeReady()) chime();
      }),
    [isTried],
  );
  useEffect(() => (isWanted ? keepChimeReady() : undefined), [isWanted]);
  return ready;
}
