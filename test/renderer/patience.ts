// How long a test waits for what must come on a screen: on a machine that does other work a second is no time.

import { configure } from '@testing-library/svelte';

configure({ asyncUtilTimeout: 20_000 });
