// Starts the renderer: finds its host, and mounts the app.

import { mount } from 'svelte';
import { connect } from './api.ts';
import App from './app/App.svelte';
import './ui/tokens.css';
import './ui/base.css';

const target = document.getElementById('app');
if (target) mount(App, { target, props: { transport: connect() } });
