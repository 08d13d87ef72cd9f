//! Contact plans of the demo: each family member tells one as they join, and their practitioner has talked it
//! over with them. It is the usual one, by day and nothing more, so that what the demo shows is what whoever
//! begins with Daybook will see.

use daybook::base::ids::AccountId;
use daybook::care::contact_plans::{Terms, Words};
use daybook::care::follow_ups::plans;
use daybook::care::safeguarding::plan_words::{self, NewPlan};
use daybook::db::Lane;

use super::stage::Stage;

impl Stage {
    /// Somebody tells their plan, and their practitioner confirms it.
    pub(super) async fn agree_on_plan(
        &self,
        practitioner: &str,
        (member, account): (&str, AccountId),
    ) -> anyhow::Result<()> {
        let lexicons = self.app().lexicons().clone();
        let plan = NewPlan {
            terms: Terms::most_protective(),
            ok_text: None,
            words: Words::default(),
            screened: [None, None],
        };
        let told = self
            .act(member, Lane::Rest, move |tx, caller| {
                plan_words::tell(tx, caller, &lexicons, (account, &plan))
            })
            .await?;
        let version = told.told.map_or(0, |told| told.version);
        self.act(practitioner, Lane::Rest, move |tx, caller| {
            plans::confirm(tx, caller, (account, version))
        })
        .await?;
        Ok(())
    }
}
