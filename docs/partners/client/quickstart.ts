// Le même envoi que ../quickstart.sh, par un client généré · the same as ../quickstart.sh, by a generated client.
// Every name and type below the imports comes out of docs/openapi/intake.json: what does not fit does not compile.
import { partnersTakeEvents, updatesListUpdates } from './generated';
import { client } from './generated/client.gen';
import type { PartnerEvent } from './generated/types.gen';

const { INTAKE_URL, PARTNER_KEY } = process.env;
client.setConfig({ baseUrl: INTAKE_URL, auth: PARTNER_KEY });

const referred: PartnerEvent = {
  specversion: '1.0',
  type: 'interconnexion.partner.person_referred',
  source: '/essai',
  id: '1',
  data: {
    person_ref: 'essai-1',
    person: { given_name: 'Ada', family_name: 'Essai', email: 'ada@example.org' },
    agreement: { given_on: '2025-01-15', notice_version: '2026-01', statement: 'partner_statement' },
  },
};
const completed: PartnerEvent = {
  specversion: '1.0',
  type: 'interconnexion.partner.referral_completed',
  source: '/essai',
  id: '2',
  data: { person_ref: 'essai-1', facts: { municipality: 'laval' } },
};

async function quickstart(): Promise<void> {
  for (const event of [referred, completed]) {
    const { data, error } = await partnersTakeEvents({ body: event });
    if (error) {
      for (const problem of error.problems) console.error(`${problem.pointer} ${problem.fr} · ${problem.en}`);
      process.exit(1);
    }
    console.log(JSON.stringify(data));
  }
  const { data, error } = await updatesListUpdates({ query: { after: 0 } });
  if (error) process.exit(1);
  console.log(JSON.stringify(data));
}

void quickstart();
