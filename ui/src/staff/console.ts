import { backend } from '#staff-backend';
import { mount } from 'svelte';
import '../styles/fonts.css';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/layout.css';
import './staff.css';
import Console from './Console.svelte';
import { takeInvitationToken } from './invitationToken';
import { Session } from './session.svelte';

const session = new Session(backend, takeInvitationToken());
const target = document.getElementById('app');
if (target) mount(Console, { target, props: { session } });
void session.resume();
